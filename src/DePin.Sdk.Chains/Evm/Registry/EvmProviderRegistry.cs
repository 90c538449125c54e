using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Internal;
using DePin.Sdk.Chains.Evm.Registry.Internal;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Evm.TypedData;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Evm.Registry;

/// <summary>
/// The contract that holds the stake of providers, their keys and the hashes of their documents (<c>contracts/evm/src/ProviderRegistry.sol</c>). Thread-safe.
/// </summary>
/// <remarks>Amounts are base units of <see cref="Token"/>. What sends is an <see cref="EvmSender"/>: its account is the provider. A refusal of the contract is a <see cref="Settlement.SettlementException"/> in words.</remarks>
public sealed class EvmProviderRegistry
{
    private readonly EvmClient _client;
    private readonly TypedDataDomain _domain;

    private EvmProviderRegistry(EvmClient client, EvmAddress address, ulong chainId, IReadOnlyList<AbiValue> constants)
    {
        _client = client;
        Address = address;
        ChainId = chainId;
        Token = constants[0].AsAddress();
        ThawPeriod = TimeSpan.FromSeconds((long)(ulong)constants[1].AsUInt256());
        DisputeWindow = TimeSpan.FromSeconds((long)(ulong)constants[2].AsUInt256());
        KeyDelay = TimeSpan.FromSeconds((long)(ulong)constants[3].AsUInt256());
        _domain = new TypedDataDomain("DePin Provider Registry", "1", chainId, address);
    }

    /// <summary>The contract.</summary>
    public EvmAddress Address { get; }

    /// <summary>The chain (EIP-155).</summary>
    public ulong ChainId { get; }

    /// <summary>What is staked.</summary>
    public EvmAddress Token { get; }

    /// <summary>How long unstaked stake thaws, and answers all the same.</summary>
    public TimeSpan ThawPeriod { get; }

    /// <summary>How long a replaced key answers for what it signed.</summary>
    public TimeSpan DisputeWindow { get; }

    /// <summary>How long after its announcement a new key takes over.</summary>
    public TimeSpan KeyDelay { get; }

    /// <summary>Finds a registry on a chain.</summary>
    /// <param name="client">The node.</param>
    /// <param name="address">The contract.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/>: there is no registry at that address.</exception>
    /// <exception cref="EvmRpcException">The node cannot be asked.</exception>
    public static async Task<EvmProviderRegistry> ConnectAsync(EvmClient client, EvmAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ulong chainId = await client.GetChainIdAsync(cancellationToken).ConfigureAwait(false);
        AbiFunction[] constants = [RegistryAbi.Token, RegistryAbi.ThawPeriod, RegistryAbi.DisputeWindow, RegistryAbi.KeyDelay];
        return await ContractCall.ProbeAsync(client, address, constants, cancellationToken).ConfigureAwait(false) is { } values
            ? new EvmProviderRegistry(client, address, chainId, values)
            : throw ContractCall.Missing("ProviderRegistry", address, chainId);
    }

    /// <summary>The least stake in force with which a provider is listed; governance may change it.</summary>
    public async Task<UInt128> GetMinStakeAsync(CancellationToken cancellationToken = default) =>
        (UInt128)(await ContractCall.CallAsync(_client, Address, RegistryAbi.MinStake, [], cancellationToken).ConfigureAwait(false))[0].AsUInt256();

    /// <summary>A provider's entry; null when the account is none.</summary>
    public async Task<EvmProviderState?> GetProviderAsync(EvmAddress provider, CancellationToken cancellationToken = default)
    {
        var entry = (await ContractCall.CallAsync(_client, Address, RegistryAbi.GetProvider, [provider], cancellationToken).ConfigureAwait(false))[0].AsList();
        if (entry[4].AsAddress().IsZero)
        {
            return null;
        }

        var nextKey = entry[6].AsAddress();
        return new EvmProviderState
        {
            Stake = (UInt128)entry[0].AsUInt256(),
            Thawing = (UInt128)entry[1].AsUInt256(),
            ThawEnd = Instant(entry[2]),
            OpenCases = (int)(ulong)entry[3].AsUInt256(),
            Key = entry[4].AsAddress(),
            NextKey = nextKey.IsZero ? null : nextKey,
            NextKeyFrom = Instant(entry[5]),
            Operator = entry[7].AsAddress(),
            DocumentHash = entry[8].AsHash(),
        };
    }

    /// <summary>What an account can collect of slashed stake: as a victim, a reporter or the treasury.</summary>
    public async Task<UInt256> GetCreditAsync(EvmAddress account, CancellationToken cancellationToken = default) =>
        (await ContractCall.CallAsync(_client, Address, RegistryAbi.Credits, [account], cancellationToken).ConfigureAwait(false))[0].AsUInt256();

    /// <summary>Registers the sender as a provider; first lets the registry take the stake, where it may not yet.</summary>
    /// <param name="sender">The account that stakes.</param>
    /// <param name="registration">Stake and document.</param>
    /// <param name="receiptKey">The key that will sign offers and receipts, as <see cref="Providers.ProviderOptions.Signer"/>; on secp256k1, and never registered before. It signs that it is the sender's.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ArgumentException">The receipt key is not on secp256k1.</exception>
    /// <exception cref="DePinException">The document is none, or hashes to something else than a data: URI holds; the contract refuses; or the outcome is unknown.</exception>
    public async Task<EvmReceipt> RegisterAsync(EvmSender sender, EvmProviderRegistration registration, ISigner receiptKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sender);
        ArgumentNullException.ThrowIfNull(registration);
        EvmProviderDocument.Parse(registration.Document);
        var proof = await ProveAsync(sender.Address, receiptKey, cancellationToken).ConfigureAwait(false);
        await Erc20.EnsureAllowanceAsync(_client, sender, Token, Address, registration.Stake, cancellationToken).ConfigureAwait(false);
        return await sender.SendAsync(
            Call(RegistryAbi.Register.EncodeCall(
                registration.Stake,
                receiptKey.GetEvmAddress(),
                proof,
                registration.Operator,
                registration.Payee ?? sender.Address,
                EvmProviderDocument.ComputeHash(registration.Document.Span),
                registration.DocumentUri)),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds to the sender's stake in force; first lets the registry take it, where it may not yet.</summary>
    public async Task<EvmReceipt> AddStakeAsync(EvmSender sender, UInt128 amount, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sender);
        await Erc20.EnsureAllowanceAsync(_client, sender, Token, Address, amount, cancellationToken).ConfigureAwait(false);
        return await sender.SendAsync(Call(RegistryAbi.AddStake.EncodeCall(amount)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts the thaw of a part of the sender's stake; what thawed before starts again with it. What is left is nothing, or at least the minimum.</summary>
    public Task<EvmReceipt> RequestUnstakeAsync(EvmSender sender, UInt128 amount, CancellationToken cancellationToken = default) =>
        SendAsync(sender, RegistryAbi.RequestUnstake.EncodeCall(amount), cancellationToken);

    /// <summary>Takes the thaw back: all of the sender's stake is in force again.</summary>
    public Task<EvmReceipt> CancelUnstakeAsync(EvmSender sender, CancellationToken cancellationToken = default) =>
        SendAsync(sender, RegistryAbi.CancelUnstake.EncodeCall(), cancellationToken);

    /// <summary>Pays the sender what has thawed, unless a case is open against it.</summary>
    public Task<EvmReceipt> WithdrawAsync(EvmSender sender, CancellationToken cancellationToken = default) =>
        SendAsync(sender, RegistryAbi.Withdraw.EncodeCall(), cancellationToken);

    /// <summary>Announces the key that signs the sender's offers and receipts after <see cref="KeyDelay"/>. The one that it replaces answers for <see cref="DisputeWindow"/> after that.</summary>
    /// <exception cref="ArgumentException">The key is not on secp256k1.</exception>
    public async Task<EvmReceipt> ScheduleKeyAsync(EvmSender sender, ISigner receiptKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sender);
        var proof = await ProveAsync(sender.Address, receiptKey, cancellationToken).ConfigureAwait(false);
        return await sender.SendAsync(Call(RegistryAbi.ScheduleKey.EncodeCall(receiptKey.GetEvmAddress(), proof)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Changes a provider's document and where it is paid. The sender is the provider, or its operator.</summary>
    /// <param name="sender">Who sends it.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="payee">Where it is paid on this chain from now on.</param>
    /// <param name="document">The bytes of the document.</param>
    /// <param name="documentUri">Where they can be fetched.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<EvmReceipt> SetDocumentAsync(EvmSender sender, EvmAddress provider, EvmAddress payee, ReadOnlyMemory<byte> document, string documentUri, CancellationToken cancellationToken = default)
    {
        EvmProviderDocument.Parse(document);
        return SendAsync(sender, RegistryAbi.SetDocument.EncodeCall(provider, payee, EvmProviderDocument.ComputeHash(document.Span), documentUri), cancellationToken);
    }

    /// <summary>Names who may change the sender's document besides itself; zero for nobody.</summary>
    public Task<EvmReceipt> SetOperatorAsync(EvmSender sender, EvmAddress @operator, CancellationToken cancellationToken = default) =>
        SendAsync(sender, RegistryAbi.SetOperator.EncodeCall(@operator), cancellationToken);

    /// <summary>Pays an account what it was credited of slashed stake; anybody may send it.</summary>
    public Task<EvmReceipt> CollectAsync(EvmSender sender, EvmAddress account, CancellationToken cancellationToken = default) =>
        SendAsync(sender, RegistryAbi.Collect.EncodeCall(account), cancellationToken);

    /// <summary>The digest by which a receipt key says that it is a provider's; the contract computes the same.</summary>
    internal Hash32 KeyDigest(EvmAddress provider, EvmAddress key) => _domain.Digest(new ReceiptKeyProof(provider, key));

    private static DateTimeOffset Instant(AbiValue seconds) => DateTimeOffset.FromUnixTimeSeconds((long)Math.Min((ulong)seconds.AsUInt256(), (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()));

    private async Task<byte[]> ProveAsync(EvmAddress provider, ISigner receiptKey, CancellationToken cancellationToken)
    {
        var signature = await receiptKey.SignTypedDataAsync(_domain, new ReceiptKeyProof(provider, receiptKey.GetEvmAddress()), cancellationToken).ConfigureAwait(false);
        var bytes = new byte[EvmSignature.SizeInBytes];
        signature.CopyTo(bytes);
        return bytes;
    }

    private EvmTransactionRequest Call(byte[] data) => new() { To = Address, Data = data, Errors = RegistryAbi.Errors };

    private Task<EvmReceipt> SendAsync(EvmSender sender, byte[] data, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return sender.SendAsync(Call(data), cancellationToken);
    }
}
