namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>What is to be signed.</summary>
/// <param name="Body">What it does.</param>
/// <param name="Ticket">Who asked for it, and whose keys sign; null for what an earlier process was asked for.</param>
internal sealed record PreparationJob(RequestBody Body, SendTicket? Ticket)
{
    /// <summary>The request whose attempts are all dead; null for a new one.</summary>
    public OutboxEntry? Renewal { get; init; }

    /// <summary>The journal's number of an ended request that is asked for again; 0 for another one.</summary>
    public long Reopens { get; init; }

    /// <summary>What the dead attempt offered for priority.</summary>
    public ulong EarlierPrice { get; init; }

    /// <summary>What makes an equal transaction another one: added to the compute-unit limit.</summary>
    public uint Salt { get; init; }

    /// <summary>Whether its key is still to be looked up in the journal.</summary>
    public bool IsNew { get; init; }
}
