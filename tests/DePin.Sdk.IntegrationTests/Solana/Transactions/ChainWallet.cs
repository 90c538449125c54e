using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Testing.Solana;

namespace DePin.Sdk.IntegrationTests.Solana.Transactions;

/// <summary>A funded key of a local chain that sends transactions without further ado; every wait is bounded.</summary>
internal sealed class ChainWallet(SurfpoolNode node, SurfpoolAccount account) : IAsyncDisposable
{
    private readonly HttpJsonRpcTransport _transport = new(node.RpcUrl);
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));

    public SolanaClient Client => field ??= new(_transport);

    public Ed25519Signer Key { get; } = SurfpoolFixture.SignerOf(account);

    public SolanaAddress Address { get; } = new(account.PublicKey.Span);

    public CancellationToken Limit => _limit.Token;

    public async ValueTask DisposeAsync()
    {
        Key.Dispose();
        await _transport.DisposeAsync();
        _limit.Dispose();
    }

    public static SolanaAddress AddressOf(Ed25519Signer key) => new(key.PublicKey.Bytes.Span);

    /// <summary>Signs instructions that the wallet pays for.</summary>
    public async Task<SolanaTransaction> SignAsync(IReadOnlyList<SolanaInstruction> instructions, IReadOnlyList<Ed25519Signer>? signers = null, IReadOnlyList<SolanaLookupTable>? tables = null)
    {
        var latest = await Client.GetLatestBlockhashAsync(cancellationToken: Limit);
        var message = SolanaMessage.Compile(Address, instructions, latest.Blockhash, tables);
        return await new SolanaTransaction(message).SignAsync([Key, .. signers ?? []], Limit);
    }

    /// <summary>Sends instructions and waits until they took effect.</summary>
    /// <exception cref="SolanaRpcException">They were refused.</exception>
    public async Task SendAsync(IReadOnlyList<SolanaInstruction> instructions, params IReadOnlyList<Ed25519Signer> signers) => await SendAsync(await SignAsync(instructions, signers));

    public async Task SendAsync(SolanaTransaction transaction)
    {
        var id = await Client.SendTransactionAsync(transaction.Serialize(), cancellationToken: Limit);
        Assert.Equal(transaction.Id, id);
        while ((await Client.GetSignatureStatusesAsync([id], cancellationToken: Limit))[0] is not { Commitment: >= SolanaCommitment.Confirmed } status || status.Error is not null)
        {
            await Task.Delay(20, Limit);
        }
    }

    public async Task<ReadOnlyMemory<byte>> ReadAsync(SolanaAddress address, SolanaAddress owner)
    {
        var found = await Client.GetAccountAsync(address, cancellationToken: Limit);
        Assert.NotNull(found);
        Assert.Equal(owner, found.Owner);
        return found.Data;
    }

    public async Task<NonceAccount> ReadNonceAsync(SolanaAddress address) => NonceAccount.Read((await ReadAsync(address, SystemProgram.ProgramId)).Span);

    /// <summary>Makes an account of a program, rent paid.</summary>
    public async Task<SolanaInstruction> CreateAsync(Ed25519Signer account, int space, SolanaAddress owner) => SystemProgram.CreateAccount(
        Address, AddressOf(account), await Client.GetMinimumBalanceForRentExemptionAsync(space, cancellationToken: Limit), (ulong)space, owner);
}
