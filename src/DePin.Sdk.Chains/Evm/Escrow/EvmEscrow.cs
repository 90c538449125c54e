using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Escrow.Internal;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.TypedData;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Evm.Escrow;

/// <summary>
/// The contract that holds the deposits of payment channels (<c>contracts/evm/src/ChannelEscrow.sol</c>), typed: its state, its vouchers and the
/// transactions that call it. It knows nothing of keys and sends nothing but its deployment; <see cref="EvmSettlement"/> does. Thread-safe.
/// </summary>
public sealed partial class EvmEscrow
{
    private EvmEscrow(EvmClient client, EvmAddress address, ulong chainId, TimeSpan gracePeriod)
    {
        Client = client;
        Address = address;
        ChainId = chainId;
        GracePeriod = gracePeriod;
        Domain = TypedDataDomain.PaymentChannel(chainId, address);
    }

    /// <summary>The shortest grace period that the contract can be deployed with, 15 minutes.</summary>
    public static TimeSpan MinGracePeriod => TimeSpan.FromMinutes(15);

    /// <summary>The longest grace period that the contract can be deployed with, 30 days.</summary>
    public static TimeSpan MaxGracePeriod => TimeSpan.FromDays(30);

    /// <summary>The most base units that a channel holds, 2^96 - 1.</summary>
    public static UInt128 MaxDeposit => new(uint.MaxValue, ulong.MaxValue);

    /// <summary>The node that is asked.</summary>
    public EvmClient Client { get; }

    /// <summary>The contract.</summary>
    public EvmAddress Address { get; }

    /// <summary>The chain (EIP-155).</summary>
    public ulong ChainId { get; }

    /// <summary>How long after its payer's request a channel can still be settled. The contract has one for all channels.</summary>
    public TimeSpan GracePeriod { get; }

    /// <summary>The domain that vouchers are signed in.</summary>
    public TypedDataDomain Domain { get; }

    /// <summary>Finds an escrow on a chain and makes sure that it takes the vouchers that are signed for it here.</summary>
    /// <param name="client">The node.</param>
    /// <param name="address">The contract.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SettlementException"><see cref="DePinErrorCode.InvalidRequest"/>: there is no escrow at that address of the node's chain.</exception>
    /// <exception cref="EvmRpcException">The node cannot be asked.</exception>
    public static async Task<EvmEscrow> ConnectAsync(EvmClient client, EvmAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ulong chainId = await client.GetChainIdAsync(cancellationToken).ConfigureAwait(false);
        var answers = await client.CallManyAsync(
            [new EvmCall { To = address, Data = EscrowAbi.GracePeriod.EncodeCall() }, new EvmCall { To = address, Data = EscrowAbi.DomainSeparator.EncodeCall() }],
            EvmBlockTag.Latest,
            cancellationToken).ConfigureAwait(false);
        if (answers.FirstOrDefault(answer => answer.Failure is { IsTransient: true }) is { } unanswered)
        {
            unanswered.OutputOrThrow();
        }

        if (answers[0].Output.Length == UInt256.SizeInBytes && answers[1].Output.Length == UInt256.SizeInBytes
            && UInt256.FromBigEndian(answers[0].Output.Span) is var seconds && seconds <= (ulong)MaxGracePeriod.TotalSeconds)
        {
            var escrow = new EvmEscrow(client, address, chainId, TimeSpan.FromSeconds((ulong)seconds));
            if (new Hash32(answers[1].Output.Span) == escrow.Domain.Separator)
            {
                return escrow;
            }
        }

        throw new SettlementException(
            DePinErrorCode.InvalidRequest,
            Fault.Consumer,
            $"There is no ChannelEscrow at {address} on chain {chainId}. Check the address and the chain, or deploy one with EvmEscrow.DeployAsync.");
    }

    /// <summary>The id of the channel with these terms in this escrow.</summary>
    public Hash32 ComputeId(in EvmChannelTerms terms) => terms.ComputeId(ChainId, Address);

    /// <summary>The 66 bytes whose Keccak-256 digest a voucher's signer signs (EIP-712): what <see cref="Identity.ISigner.SignAsync"/> takes, which hashes by itself.</summary>
    public byte[] GetVoucherPayload(in PaymentVoucher voucher) => Domain.SigningPayload(voucher);

    /// <summary>Whether an account's key signed a voucher for this escrow. Touches no network and allocates nothing. Contracts that sign (ERC-1271) have no key: ask the chain.</summary>
    /// <param name="voucher">The voucher.</param>
    /// <param name="signature">r, s (at most n/2) and v (27 or 28), 65 bytes.</param>
    /// <param name="signer">The account.</param>
    public bool VerifyVoucher(in PaymentVoucher voucher, ReadOnlySpan<byte> signature, EvmAddress signer)
    {
        if (signature.Length != EvmSignature.SizeInBytes || signature[^1] is not (27 or 28))
        {
            return false;
        }

        Span<byte> digest = stackalloc byte[Hash32.SizeInBytes];
        Domain.Digest(voucher).CopyTo(digest);
        return Secp256k1.TryRecover(digest, signature[..^1], signature[^1] - 27, out var key) && EvmAddress.FromPublicKey(key) == signer;
    }

    /// <summary>A channel's state.</summary>
    /// <param name="channelId">The channel.</param>
    /// <param name="tag">As of which block.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<EvmChannelState> GetChannelAsync(Hash32 channelId, EvmBlockTag tag = default, CancellationToken cancellationToken = default) =>
        ReadState(await Client.CallAsync(StateCall(channelId), tag, cancellationToken).ConfigureAwait(false));

    /// <summary>The states of several channels, asked for in one batch.</summary>
    /// <param name="channelIds">The channels.</param>
    /// <param name="tag">As of which block; give a number or a hash to have all states of one block.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<EvmChannelState>> GetChannelsAsync(IReadOnlyList<Hash32> channelIds, EvmBlockTag tag = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channelIds);
        var answers = await Client.CallManyAsync([.. channelIds.Select(StateCall)], tag, cancellationToken).ConfigureAwait(false);
        return [.. answers.Select(answer => ReadState(answer.OutputOrThrow().Span))];
    }

    private EvmCall StateCall(Hash32 channelId) => new() { To = Address, Data = EscrowAbi.GetChannel.EncodeCall(channelId) };

    private EvmChannelState ReadState(ReadOnlySpan<byte> output)
    {
        if (output.IsEmpty)
        {
            return default; // the block is older than the contract, and so than every channel
        }

        try
        {
            var values = EscrowAbi.GetChannel.DecodeResults(output);
            var status = (EvmChannelStatus)(int)(ulong)values[3].AsUInt256();
            if (status <= EvmChannelStatus.Closed)
            {
                return new EvmChannelState((UInt128)values[0].AsUInt256(), (UInt128)values[1].AsUInt256(), (ulong)values[2].AsUInt256(), status);
            }
        }
        catch (EvmFormatException problem)
        {
            throw Malformed(problem);
        }

        throw Malformed(null);
    }

    private EvmRpcException Malformed(Exception? cause) => new(EvmRpcError.Malformed, $"The answer of getChannel at {Address} is not a channel's state.", innerException: cause);
}
