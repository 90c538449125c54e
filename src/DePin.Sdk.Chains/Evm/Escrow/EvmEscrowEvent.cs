using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Escrow.Internal;
using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Evm.Escrow;

/// <summary>An event of the escrow.</summary>
public sealed record EvmEscrowEvent
{
    /// <summary>What happened.</summary>
    public required EvmEscrowEventKind Kind { get; init; }

    /// <summary>The channel.</summary>
    public required Hash32 ChannelId { get; init; }

    /// <summary>What the channel is; only when it opened.</summary>
    public EvmChannelTerms? Terms { get; init; }

    /// <summary>The deposit after it opened or was topped up, in base units.</summary>
    public UInt128 Deposit { get; init; }

    /// <summary>What the payee got in all, after settling or closing.</summary>
    public UInt128 Settled { get; init; }

    /// <summary>What the payer got back when the channel closed.</summary>
    public UInt128 Refund { get; init; }

    /// <summary>When the payer may withdraw, in Unix seconds, after it asked to close.</summary>
    public ulong ClosesAt { get; init; }

    /// <summary>Where it stands on the chain.</summary>
    public required EvmLog Log { get; init; }

    /// <summary>Reads a log of the escrow; null when it is none of the events above.</summary>
    /// <remarks>A log of another contract reads the same: look at its address, or filter by it.</remarks>
    /// <exception cref="EvmFormatException">The log has the event's first topic and another shape.</exception>
    public static EvmEscrowEvent? TryRead(EvmLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        return log.Topics.Count > 0 && EscrowAbi.Events.TryGetValue(log.Topics[0], out var found) ? Read(log, found.Kind, log.Decode(found.Event)) : null;
    }

    /// <summary>What the channel's state becomes by this event.</summary>
    public EvmChannelState Apply(EvmChannelState before) => Kind switch
    {
        EvmEscrowEventKind.Opened => new EvmChannelState(Deposit, UInt128.Zero, 0, EvmChannelStatus.Open),
        EvmEscrowEventKind.ToppedUp => before with { Deposit = Deposit },
        EvmEscrowEventKind.Settled => before with { Settled = Settled },
        EvmEscrowEventKind.CloseRequested => before with { ClosesAt = ClosesAt },
        EvmEscrowEventKind.CloseCanceled => before with { ClosesAt = 0 },
        _ => new EvmChannelState(Settled, Settled, 0, EvmChannelStatus.Closed),
    };

    private static EvmEscrowEvent Read(EvmLog log, EvmEscrowEventKind kind, IReadOnlyList<AbiValue> values)
    {
        var happened = new EvmEscrowEvent { Kind = kind, ChannelId = values[0].AsHash(), Log = log };
        return kind switch
        {
            EvmEscrowEventKind.Opened => happened with
            {
                Terms = new EvmChannelTerms(values[1].AsAddress(), values[2].AsAddress(), values[3].AsAddress(), values[4].AsHash(), values[5].AsAddress()),
                Deposit = Amount(log, values[6]),
            },
            EvmEscrowEventKind.ToppedUp => happened with { Deposit = Amount(log, values[1]) },
            EvmEscrowEventKind.Settled => happened with { Settled = Amount(log, values[1]) },
            EvmEscrowEventKind.CloseRequested => happened with { ClosesAt = (ulong)Amount(log, values[1], sizeInBytes: 5) },
            EvmEscrowEventKind.Closed => happened with { Settled = Amount(log, values[1]), Refund = Amount(log, values[2]) },
            _ => happened,
        };
    }

    // The contract keeps amounts in 96 bits and times in 40.
    private static UInt128 Amount(EvmLog log, AbiValue value, int sizeInBytes = 12) => value.AsUInt256() is var number && number.ByteCount <= sizeInBytes
        ? number.Lower
        : throw new EvmFormatException($"An event of transaction {log.TransactionHash} has {number}, which the escrow cannot hold.", 0);
}
