namespace DePin.Sdk.Chains.Internal;

/// <summary>The rows of a journal on one connection; not thread-safe.</summary>
internal interface IJournalStore : IDisposable
{
    void Begin();

    void Commit();

    /// <summary>Undoes what was begun, if anything was; never throws.</summary>
    void Rollback();
}
