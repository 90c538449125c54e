namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>What the loop is asked to do from outside.</summary>
internal abstract record OutboxCommand
{
    private OutboxCommand()
    {
    }

    /// <summary>Writes what was signed to the journal and sends it.</summary>
    public sealed record Admit(PreparationJob Job, OutboxAttempt Attempt) : OutboxCommand;

    /// <summary>Takes back a request that could not be signed anew.</summary>
    public sealed record NotRenewed(OutboxEntry Entry, Exception Problem) : OutboxCommand;

    /// <summary>Lets a request wait for the entry that the journal says it has.</summary>
    public sealed record Attach(SendTicket Ticket, long Id) : OutboxCommand;

    /// <summary>Asks the chain now.</summary>
    public sealed record Poll : OutboxCommand;
}
