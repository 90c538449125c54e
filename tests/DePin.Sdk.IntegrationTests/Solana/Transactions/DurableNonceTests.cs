using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.IntegrationTests.Solana.Transactions;

public sealed class DurableNonceTests(SurfpoolFixture surfpool) : IClassFixture<SurfpoolFixture>
{
    [SurfpoolFact]
    public async Task AdvanceNonce_SignedLongAgo_LandsOnce()
    {
        await using var wallet = new ChainWallet(surfpool.Node, surfpool.Node.Payer);
        using var account = Ed25519Signer.Create();
        using var authority = Ed25519Signer.Create();
        using var recipient = Ed25519Signer.Create();
        var (nonce, owner) = (ChainWallet.AddressOf(account), ChainWallet.AddressOf(authority));
        await wallet.SendAsync([await wallet.CreateAsync(account, NonceAccount.SizeInBytes, SystemProgram.ProgramId), SystemProgram.InitializeNonce(nonce, wallet.Address)], account);
        await wallet.SendAsync([SystemProgram.AuthorizeNonce(nonce, wallet.Address, owner)]);
        var stored = await wallet.ReadNonceAsync(nonce);
        Assert.Equal(owner, stored.Authority);

        // The account stays spelled out although a table has it: otherwise the runtime would see an unknown blockhash.
        var to = ChainWallet.AddressOf(recipient);
        var table = new SolanaLookupTable(to, [nonce]);
        var message = SolanaMessage.Compile(wallet.Address, [SystemProgram.AdvanceNonce(nonce, owner), SystemProgram.Transfer(wallet.Address, to, 1_000_000)], stored.Nonce, [table]);
        Assert.Equal(nonce, message.NonceAccount);
        var transaction = await new SolanaTransaction(message).SignAsync([wallet.Key, authority]);
        var expiring = await wallet.SignAsync([SystemProgram.Transfer(wallet.Address, to, 5)]);
        await surfpool.Node.AdvanceBlocksAsync(160, wallet.Limit);

        await Assert.ThrowsAsync<SolanaRpcException>(() => wallet.SendAsync(expiring));
        await wallet.SendAsync(transaction);
        Assert.Equal(1_000_000UL, await wallet.Client.GetBalanceAsync(to, cancellationToken: wallet.Limit));
        Assert.NotEqual(stored.Nonce, (await wallet.ReadNonceAsync(nonce)).Nonce);

        // Its nonce is used up: another transaction with it is refused.
        var second = SolanaMessage.Compile(wallet.Address, [SystemProgram.AdvanceNonce(nonce, owner), SystemProgram.Transfer(wallet.Address, to, 2)], stored.Nonce);
        var refused = await new SolanaTransaction(second).SignAsync([wallet.Key, authority]);
        await Assert.ThrowsAsync<SolanaRpcException>(() => wallet.SendAsync(refused));

        ulong rent = await wallet.Client.GetBalanceAsync(nonce, cancellationToken: wallet.Limit);
        await wallet.SendAsync([SystemProgram.WithdrawNonce(nonce, owner, to, rent)], authority);
        Assert.Null(await wallet.Client.GetAccountAsync(nonce, cancellationToken: wallet.Limit));
        Assert.Equal(1_000_000UL + rent, await wallet.Client.GetBalanceAsync(to, cancellationToken: wallet.Limit));
    }
}
