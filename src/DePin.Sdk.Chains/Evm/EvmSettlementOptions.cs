using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Chains.Evm;

/// <summary>Which escrow an <see cref="EvmSettlement"/> uses, how it reads the chain, and how it sends.</summary>
public sealed class EvmSettlementOptions
{
    /// <summary>The escrow contract, for example <see cref="EvmEscrow.ComputeAddress"/> or what <see cref="EvmEscrow.DeployAsync"/> made.</summary>
    /// <value>Required.</value>
    public EvmAddress Escrow { get; set; }

    /// <summary>The block that the escrow was deployed in, or an earlier one: openings are searched from there on.</summary>
    /// <value>0: from the chain's first block, which nodes of long chains may refuse.</value>
    public ulong DeploymentBlock { get; set; }

    /// <summary>A folder for what has to outlive the process: the journal of each account's transactions, and the terms of the channels that were seen. Created when it is missing; for one process at a time.</summary>
    /// <value>Null: memory. Transactions on their way when the process ends are then forgotten, and terms are read from the chain again.</value>
    public string? DataDirectory { get; set; }

    /// <summary>As of which block a channel is looked up. A payee that must not be fooled by a reorganisation reads <see cref="EvmBlockTag.Safe"/> or <see cref="EvmBlockTag.Finalized"/>.</summary>
    /// <value><see cref="EvmBlockTag.Latest"/>.</value>
    public EvmBlockTag ReadTag { get; set; } = EvmBlockTag.Latest;

    /// <summary>The number of the chain's own coin in SLIP-44, by which its asset is named.</summary>
    /// <value>60, the ether.</value>
    public int NativeCoinType { get; set; } = EvmCaip.Ether;

    /// <summary>How transactions are sent, what they may cost, and when they count as done. Its <see cref="EvmSenderOptions.JournalPath"/> stays null: journals lie in <see cref="DataDirectory"/>.</summary>
    /// <value>The defaults of <see cref="EvmSenderOptions"/>.</value>
    public EvmSenderOptions Sender { get; set; } = new();

    /// <summary>Whether a deposit is permitted by a signature (EIP-2612) where the token knows how, in place of an approval, which is a transaction of its own. Either is for exactly the deposit.</summary>
    /// <value>True. Set it to false for keys that must not sign typed data.</value>
    public bool UsePermits { get; set; } = true;

    /// <summary>How many vouchers one transaction settles, 1 to 700; more are split. One takes some 12,300 gas, beside some 39,000 for the transaction.</summary>
    /// <value>250: some 3.1 million gas, a tenth of a block of Ethereum.</value>
    public int MaxVouchersPerTransaction { get; set; } = 250;

    /// <summary>The clock.</summary>
    /// <value><see cref="System.TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where logs go.</summary>
    /// <value>Null: nowhere.</value>
    public ILoggerFactory? LoggerFactory { get; set; }

    internal EvmSettlementOptions Snapshot()
    {
        var copy = (EvmSettlementOptions)MemberwiseClone();
        ArgumentNullException.ThrowIfNull(copy.TimeProvider);
        ArgumentNullException.ThrowIfNull(copy.Sender);
        copy.Sender = copy.Sender.Snapshot();
        Require(!copy.Escrow.IsZero, nameof(Escrow), "is the contract's address; deploy one with EvmEscrow.DeployAsync where there is none");
        Require(copy.DataDirectory is not { Length: 0 }, nameof(DataDirectory), "names a folder; leave it null to keep everything in memory");
        Require(copy.ReadTag != EvmBlockTag.Pending, nameof(ReadTag), "is a block of the chain: what is pending is not paid");
        Require(copy.NativeCoinType >= 0, nameof(NativeCoinType), "is a number of SLIP-44, for example 60");
        Require(copy.MaxVouchersPerTransaction is >= 1 and <= 700, nameof(MaxVouchersPerTransaction), "is 1 to 700: a transaction has at most 128 KiB");
        Require(copy.Sender.JournalPath is null, $"{nameof(Sender)}.{nameof(EvmSenderOptions.JournalPath)}", $"stays null, for each account has a journal; set {nameof(DataDirectory)}");
        return copy;
    }

    private static void Require(bool isMet, string property, string rule)
    {
        if (!isMet)
        {
            throw new ArgumentException($"{nameof(EvmSettlementOptions)}.{property} {rule}.", property);
        }
    }
}
