namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>What the lane's loop is asked to do from outside.</summary>
internal abstract record LaneCommand
{
    private LaneCommand()
    {
    }

    /// <summary>Gives a simulated request a nonce.</summary>
    public sealed record Send(SendTicket Ticket) : LaneCommand;

    /// <summary>Lets a request wait for the nonce that the journal says it has.</summary>
    public sealed record Attach(SendTicket Ticket, ulong Nonce) : LaneCommand;

    /// <summary>Uses a request's nonce up, if there is still time; the answer is null when no nonce is open for the key.</summary>
    public sealed record Cancel(string Key, TaskCompletionSource<bool?> Done) : LaneCommand;

    /// <summary>Asks the chain now.</summary>
    public sealed record Poll : LaneCommand;
}
