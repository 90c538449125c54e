using DePin.Sdk.Chains.Evm.Disputes.Internal;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Escrow.Internal;
using DePin.Sdk.Chains.Evm.Internal;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Jobs;

namespace DePin.Sdk.Chains.Evm.Disputes;

/// <summary>
/// The contract that slashes providers whose own signatures contradict each other (<c>contracts/evm/src/DisputeArbiter.sol</c>). Thread-safe.
/// </summary>
/// <remarks>A case takes a bond, which goes back unless governance finds the case an abuse, and is ended when its veto window is over. A refusal of the contract is a <see cref="Settlement.SettlementException"/> in words.</remarks>
public sealed class EvmDisputeArbiter
{
    private readonly EvmClient _client;

    private EvmDisputeArbiter(EvmClient client, EvmAddress address, ulong chainId, IReadOnlyList<AbiValue> constants)
    {
        _client = client;
        Address = address;
        ChainId = chainId;
        Registry = constants[0].AsAddress();
        Token = constants[1].AsAddress();
        Escrow = constants[2].AsAddress();
        Bond = constants[3].AsUInt256();
        VetoWindow = TimeSpan.FromSeconds((long)(ulong)constants[4].AsUInt256());
    }

    /// <summary>The contract.</summary>
    public EvmAddress Address { get; }

    /// <summary>The chain (EIP-155).</summary>
    public ulong ChainId { get; }

    /// <summary>The registry whose providers it can slash.</summary>
    public EvmAddress Registry { get; }

    /// <summary>What bonds are posted in.</summary>
    public EvmAddress Token { get; }

    /// <summary>The escrow whose payers can be victims.</summary>
    public EvmAddress Escrow { get; }

    /// <summary>What opening a case takes, in base units of <see cref="Token"/>.</summary>
    public UInt256 Bond { get; }

    /// <summary>How long governance can veto a case.</summary>
    public TimeSpan VetoWindow { get; }

    /// <summary>Finds an arbiter on a chain.</summary>
    /// <param name="client">The node.</param>
    /// <param name="address">The contract.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/>: there is no arbiter at that address.</exception>
    /// <exception cref="EvmRpcException">The node cannot be asked.</exception>
    public static async Task<EvmDisputeArbiter> ConnectAsync(EvmClient client, EvmAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ulong chainId = await client.GetChainIdAsync(cancellationToken).ConfigureAwait(false);
        AbiFunction[] constants = [ArbiterAbi.Registry, ArbiterAbi.Token, ArbiterAbi.Escrow, ArbiterAbi.Bond, ArbiterAbi.VetoWindow];
        return await ContractCall.ProbeAsync(client, address, constants, cancellationToken).ConfigureAwait(false) is { } values
            ? new EvmDisputeArbiter(client, address, chainId, values)
            : throw ContractCall.Missing(ArbiterAbi.Contract, address, chainId);
    }

    /// <summary>The id of the one case that there can be about a provider's job.</summary>
    public static Hash32 ComputeCaseId(EvmAddress provider, JobId job) =>
        Hash32.Keccak(AbiType.Parse("(string,address,bytes16)").Encode("depin.case.job.v1", provider, job.ToBytes()));

    /// <summary>Opens a case; first lets the arbiter take the bond, where it may not yet.</summary>
    /// <param name="sender">The reporter: it posts the bond, and gets a part of the slash.</param>
    /// <param name="evidence">What proves it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The case's id.</returns>
    public async Task<Hash32> OpenCaseAsync(EvmSender sender, EvmDisputeEvidence evidence, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sender);
        ArgumentNullException.ThrowIfNull(evidence);
        await Erc20.EnsureAllowanceAsync(_client, sender, Token, Address, Bond, cancellationToken).ConfigureAwait(false);
        var function = evidence.Proof == EvmDisputeProof.Equivocation ? ArbiterAbi.OpenEquivocation : ArbiterAbi.OpenOvercharge;
        var receipt = await SendAsync(sender, function.EncodeCall(evidence.Statement, evidence.StatementSignature, evidence.Other, evidence.OtherSignature), cancellationToken).ConfigureAwait(false);
        return receipt.Logs.FirstOrDefault(log => log.Address == Address && log.Topics.Count > 1 && log.Topics[0] == ArbiterAbi.CaseOpened.Topic)?.Topics[1]
            ?? throw new EvmRpcException(EvmRpcError.Malformed, $"The receipt of {receipt.TransactionHash} has no CaseOpened of {Address}.");
    }

    /// <summary>Shows that the payer of the receipt's payment channel is the victim, who then gets its part of the slash; anybody may send it, as long as the case is open.</summary>
    /// <param name="sender">Who pays the gas.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="channel">What the channel's id is the hash of.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<EvmReceipt> NameVictimAsync(EvmSender sender, Hash32 caseId, EvmChannelTerms channel, CancellationToken cancellationToken = default) =>
        SendAsync(sender, ArbiterAbi.NameVictim.EncodeCall(caseId, AbiValue.List(channel.Payer, channel.Payee, channel.Token, channel.Salt, channel.AuthorizedSigner)), cancellationToken);

    /// <summary>Does the same, and finds the channel's parameters in the escrow's events.</summary>
    /// <param name="sender">Who pays the gas.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="escrowDeploymentBlock">The block that the escrow was deployed in, or an earlier one: the opening is searched from there on.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.ChannelNotFound"/>: the case names no channel, or the node shows no opening of it.</exception>
    public async Task<EvmReceipt> NameVictimAsync(EvmSender sender, Hash32 caseId, ulong escrowDeploymentBlock, CancellationToken cancellationToken = default)
    {
        var channelId = (await GetCaseAsync(caseId, cancellationToken).ConfigureAwait(false))?.ChannelId ?? default;
        var filter = new EvmLogFilter
        {
            Addresses = [Escrow],
            Topics = [[EscrowAbi.Topic(EvmEscrowEventKind.Opened)], [channelId]],
            FromBlock = EvmBlockTag.Number(escrowDeploymentBlock),
        };
        var openings = channelId.IsZero ? [] : await _client.GetLogsAsync(filter, cancellationToken).ConfigureAwait(false);
        return openings.Count > 0 && EvmEscrowEvent.TryRead(openings[0])?.Terms is { } terms
            ? await NameVictimAsync(sender, caseId, terms, cancellationToken).ConfigureAwait(false)
            : throw new DePinException(
                DePinErrorCode.ChannelNotFound,
                Fault.Consumer,
                $"The case {caseId} names no channel of the escrow {Escrow}, or the node shows no opening of it from block {escrowDeploymentBlock} on. A free job has no victim.");
    }

    /// <summary>Ends a case whose veto window is over, with a slash; anybody may send it.</summary>
    public Task<EvmReceipt> FinalizeAsync(EvmSender sender, Hash32 caseId, CancellationToken cancellationToken = default) =>
        SendAsync(sender, ArbiterAbi.Complete.EncodeCall(caseId), cancellationToken);

    /// <summary>Pays an account its bonds that came back; anybody may send it. Parts of a slash are collected at the registry.</summary>
    public Task<EvmReceipt> CollectAsync(EvmSender sender, EvmAddress account, CancellationToken cancellationToken = default) =>
        SendAsync(sender, ArbiterAbi.Collect.EncodeCall(account), cancellationToken);

    /// <summary>What an account can collect of bonds.</summary>
    public async Task<UInt256> GetCreditAsync(EvmAddress account, CancellationToken cancellationToken = default) =>
        (await ContractCall.CallAsync(_client, Address, ArbiterAbi.Credits, [account], cancellationToken).ConfigureAwait(false))[0].AsUInt256();

    /// <summary>A case's state; null when there is none.</summary>
    public async Task<EvmDisputeCase?> GetCaseAsync(Hash32 caseId, CancellationToken cancellationToken = default)
    {
        var entry = (await ContractCall.CallAsync(_client, Address, ArbiterAbi.GetCase, [caseId], cancellationToken).ConfigureAwait(false))[0].AsList();
        var status = (EvmDisputeStatus)(int)(ulong)entry[3].AsUInt256();
        return status == EvmDisputeStatus.None
            ? null
            : new EvmDisputeCase
            {
                Reporter = entry[0].AsAddress(),
                EndsAt = DateTimeOffset.FromUnixTimeSeconds((long)Math.Min((ulong)entry[1].AsUInt256(), (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds())),
                Proof = (EvmDisputeProof)(int)(ulong)entry[2].AsUInt256(),
                Status = status,
                IsExtended = entry[4].AsBoolean(),
                Victim = entry[5].AsAddress(),
                ChannelId = entry[6].AsHash(),
            };
    }

    private Task<EvmReceipt> SendAsync(EvmSender sender, byte[] data, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return sender.SendAsync(new EvmTransactionRequest { To = Address, Data = data, Errors = ArbiterAbi.Errors }, cancellationToken);
    }
}
