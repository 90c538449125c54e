using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.IntegrationTests.Solana.Transactions;

/// <summary>The real programs take the instructions, and their accounts are read as what the instructions made of them.</summary>
public sealed class ProgramsOnChainTests(SurfpoolFixture surfpool) : IClassFixture<SurfpoolFixture>
{
    [SurfpoolTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Token_LifeOfAMint_IsAsInstructed(bool is2022)
    {
        await using var wallet = new ChainWallet(surfpool.Node, surfpool.Node.Accounts[is2022 ? 1 : 2]);
        var program = is2022 ? TokenProgram.Token2022ProgramId : TokenProgram.ProgramId;
        using var mintKey = Ed25519Signer.Create();
        using var accountKey = Ed25519Signer.Create();
        using var other = Ed25519Signer.Create();
        var (me, mint, own, stranger) = (wallet.Address, ChainWallet.AddressOf(mintKey), ChainWallet.AddressOf(accountKey), ChainWallet.AddressOf(other));
        var theirs = AssociatedTokenAddress.Find(stranger, mint, program);
        async Task<TokenAccount> TokenAsync(SolanaAddress address) => TokenAccount.Read((await wallet.ReadAsync(address, program)).Span, program);
        async Task<TokenMint> MintAsync() => TokenMint.Read((await wallet.ReadAsync(mint, program)).Span, program);

        await wallet.SendAsync(
            [
                await wallet.CreateAsync(mintKey, TokenMint.SizeInBytes, program), TokenProgram.InitializeMint(mint, 6, me, me, program),
                await wallet.CreateAsync(accountKey, TokenAccount.SizeInBytes, program), TokenProgram.InitializeAccount(own, mint, me, program),
                AssociatedTokenProgram.Create(me, stranger, mint, program),
            ],
            mintKey,
            accountKey);
        await wallet.SendAsync([AssociatedTokenProgram.CreateIdempotent(me, stranger, mint, program), TokenProgram.MintTo(mint, own, me, 1_000, program)]);
        Assert.Equal((1_000UL, 6, me), ((await MintAsync()).Supply, (await MintAsync()).Decimals, (await MintAsync()).FreezeAuthority!.Value));

        await wallet.SendAsync([TokenProgram.TransferChecked(own, mint, theirs, me, 300, 6, program), TokenProgram.Burn(own, mint, me, 100, program), TokenProgram.ApproveChecked(own, mint, stranger, me, 250, 6, program)]);
        var account = await TokenAsync(own);
        Assert.Equal((600UL, stranger, 250UL, TokenPaymentProblem.None), (account.Amount, account.Delegate!.Value, account.DelegatedAmount, account.FindPaymentProblem(mint, me)));
        Assert.Equal((300UL, stranger), ((await TokenAsync(theirs)).Amount, (await TokenAsync(theirs)).Owner));
        Assert.Equal(TokenPaymentProblem.None, (await TokenAsync(theirs)).FindPaymentProblem(mint, stranger));

        await wallet.SendAsync([TokenProgram.TransferChecked(own, mint, theirs, stranger, 50, 6, program), TokenProgram.Revoke(own, me, program), TokenProgram.FreezeAccount(theirs, mint, me, program)], other);
        Assert.Null((await TokenAsync(own)).Delegate);
        Assert.Equal(TokenPaymentProblem.Frozen, (await TokenAsync(theirs)).FindPaymentProblem(mint, stranger));
        await Assert.ThrowsAsync<SolanaRpcException>(() => wallet.SendAsync([TokenProgram.TransferChecked(own, mint, theirs, me, 1, 6, program)]));

        await wallet.SendAsync(
            [
                TokenProgram.ThawAccount(theirs, mint, me, program), TokenProgram.TransferChecked(own, mint, theirs, me, 550, 6, program), TokenProgram.CloseAccount(own, me, me, program),
                TokenProgram.SetAuthority(mint, me, TokenAuthority.MintTokens, null, program), TokenProgram.SetAuthority(mint, me, TokenAuthority.FreezeAccount, stranger, program),
            ]);
        Assert.Null(await wallet.Client.GetAccountAsync(own, cancellationToken: wallet.Limit));
        Assert.Equal(900UL, (await TokenAsync(theirs)).Amount);
        Assert.Equal((null, stranger), ((await MintAsync()).MintAuthority, (await MintAsync()).FreezeAuthority!.Value));
    }

    [SurfpoolFact]
    public async Task Token_WrappedSol_CountsWhatWasSent()
    {
        await using var wallet = new ChainWallet(surfpool.Node, surfpool.Node.Accounts[3]);
        var wrapped = AssociatedTokenAddress.Find(wallet.Address, TokenProgram.NativeMint, TokenProgram.ProgramId);

        await wallet.SendAsync(
            [AssociatedTokenProgram.Create(wallet.Address, wallet.Address, TokenProgram.NativeMint), SystemProgram.Transfer(wallet.Address, wrapped, 700), TokenProgram.SyncNative(wrapped)]);

        var account = TokenAccount.Read((await wallet.ReadAsync(wrapped, TokenProgram.ProgramId)).Span, TokenProgram.ProgramId);
        Assert.Equal(700UL, account.Amount);
        Assert.True(account.NativeReserve > 0);
        await wallet.SendAsync([TokenProgram.CloseAccount(wrapped, wallet.Address, wallet.Address)]);
    }

    [SurfpoolFact]
    public async Task System_AllocateAndAssign_GiveAnAccountAway()
    {
        await using var wallet = new ChainWallet(surfpool.Node, surfpool.Node.Accounts[4]);
        using var key = Ed25519Signer.Create();
        var address = ChainWallet.AddressOf(key);

        await wallet.SendAsync([SystemProgram.Transfer(wallet.Address, address, 10_000_000), SystemProgram.Allocate(address, 40), SystemProgram.Assign(address, MemoProgram.ProgramId)], key);

        Assert.Equal(40, (await wallet.ReadAsync(address, MemoProgram.ProgramId)).Length);
    }

    [SurfpoolFact]
    public async Task Ed25519AndMemoAndComputeBudget_AreTakenAndChecked()
    {
        await using var wallet = new ChainWallet(surfpool.Node, surfpool.Node.Accounts[5]);
        using var key = Ed25519Signer.Create();
        var message = new byte[50];
        var signature = new SolanaSignature((await key.SignAsync(message)).Bytes.Span);
        SolanaInstruction[] Instructions(byte[] signed) =>
        [
            ComputeBudgetProgram.SetComputeUnitLimit(60_000), ComputeBudgetProgram.SetComputeUnitPrice(1), ComputeBudgetProgram.RequestHeapFrame(64 * 1024), ComputeBudgetProgram.SetLoadedAccountsDataSizeLimit(16 << 20),
            Ed25519Program.Verify(ChainWallet.AddressOf(key), signature, signed), MemoProgram.Memo("settled", wallet.Address),
        ];

        var transaction = await wallet.SignAsync(Instructions(message));
        await wallet.SendAsync(transaction);
        var record = await wallet.Client.GetTransactionAsync(transaction.Id, cancellationToken: wallet.Limit);
        Assert.Contains(record!.LogMessages, line => line.Contains("settled", StringComparison.Ordinal));
        message[0] = 1;
        await Assert.ThrowsAsync<SolanaRpcException>(() => wallet.SendAsync(Instructions(message)));
    }

    [SurfpoolFact]
    public async Task Sponsor_PaysTheFee_OfAnAccountWithoutSol()
    {
        await using var wallet = new ChainWallet(surfpool.Node, surfpool.Node.Accounts[6]);
        using var key = Ed25519Signer.Create();
        var (payer, latest) = (ChainWallet.AddressOf(key), await wallet.Client.GetLatestBlockhashAsync(cancellationToken: wallet.Limit));
        var unsigned = new SolanaTransaction(SolanaMessage.Compile(wallet.Address, [MemoProgram.Memo("hello", payer)], latest.Blockhash));

        // The payer signs, hands the bytes over, and the sponsor completes them.
        var handed = (await unsigned.SignAsync(key)).Serialize();
        var received = SolanaTransaction.Deserialize(handed);
        Assert.Equal([wallet.Address], received.MissingSigners);
        var complete = await received.SignAsync(wallet.Key);
        Assert.True(complete.Verify());

        await wallet.SendAsync(complete);
        Assert.Equal(0UL, await wallet.Client.GetBalanceAsync(payer, cancellationToken: wallet.Limit));
    }
}
