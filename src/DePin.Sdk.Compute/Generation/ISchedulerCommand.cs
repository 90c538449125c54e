namespace DePin.Sdk.Compute.Generation;

/// <summary>Something to do on the scheduler's thread.</summary>
internal interface ISchedulerCommand
{
    void Run();

    /// <summary>Ends it undone, because the model is gone.</summary>
    void Abandon();
}
