using System.Text.Json.Nodes;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;
using static DePin.Sdk.IntegrationTests.Solana.KitCases;

namespace DePin.Sdk.IntegrationTests.Solana;

/// <summary>Instructions have the accounts and bytes that the stock program clients give them, and accounts that those encode are read as what they are.</summary>
public sealed class KitInstructionTests
{
    private const int Rounds = 40;

    private readonly Random _random = new(9);
    private readonly JsonArray _calls = [];
    private readonly List<SolanaInstruction> _ours = [];

    [NodeFact]
    public async Task Instructions_RandomArguments_AreThoseOfTheStockClients()
    {
        for (int i = 0; i < Rounds; i++)
        {
            AddSystem();
            AddToken("token", TokenProgram.ProgramId);
            AddToken("token2022", TokenProgram.Token2022ProgramId);
            AddComputeBudget();
        }

        var results = await AskKitAsync(new JsonObject { ["instructions"] = _calls });

        Assert.Equal(_ours.Count, results.GetProperty("instructions").GetArrayLength());
        foreach (var ((ours, call), kit) in _ours.Zip(_calls).Zip(results.GetProperty("instructions").EnumerateArray()))
        {
            // An authority that the stock clients are given as a signer signs; kit's own roles say so.
            Assert.True(JsonNode.DeepEquals(Describe(ours), JsonNode.Parse(kit.GetRawText())), $"{call!.ToJsonString()}\nours {Describe(ours).ToJsonString()}\nkit  {kit}");
        }
    }

    [NodeFact]
    public async Task Accounts_EncodedByTheStockClients_AreReadAsWhatTheyAre()
    {
        var samples = Enumerable.Range(0, 60).Select(i => new AccountSample(i, Any(), Any(), Any(), (ulong)_random.NextInt64(), (ulong)_random.NextInt64())).ToArray();
        var results = await AskKitAsync(new JsonObject { ["accounts"] = new JsonArray([.. samples.SelectMany(sample => sample.Describe())]) });

        var encoded = results.GetProperty("accounts").EnumerateArray().Select(account => Convert.FromHexString(account.GetString()!)).Chunk(5).ToArray();
        Assert.Equal(samples.Length, encoded.Length);
        foreach (var (sample, accounts) in samples.Zip(encoded))
        {
            sample.AssertRead(accounts);
        }
    }

    private SolanaAddress Any()
    {
        var bytes = new byte[32];
        _random.NextBytes(bytes);
        return new SolanaAddress(bytes);
    }

    private void Add(SolanaInstruction ours, string client, string name, JsonObject input, SolanaAddress? program = null)
    {
        _ours.Add(ours);
        _calls.Add(Call(client, name, input, program));
    }

    private void AddSystem()
    {
        SolanaAddress a = Any(), b = Any(), c = Any();
        ulong n = (ulong)_random.NextInt64(), m = (ulong)_random.NextInt64();
        Add(SystemProgram.Transfer(a, b, n), "system", "getTransferSolInstruction", new() { ["source"] = Signer(a), ["destination"] = Address(b), ["amount"] = Number(n) });
        Add(SystemProgram.CreateAccount(a, b, n, m, c), "system", "getCreateAccountInstruction", new()
        {
            ["payer"] = Signer(a), ["newAccount"] = Signer(b), ["lamports"] = Number(n), ["space"] = Number(m), ["programAddress"] = Address(c),
        });
        Add(SystemProgram.Assign(a, b), "system", "getAssignInstruction", new() { ["account"] = Signer(a), ["programAddress"] = Address(b) });
        Add(SystemProgram.Allocate(a, n), "system", "getAllocateInstruction", new() { ["newAccount"] = Signer(a), ["space"] = Number(n) });
        Add(SystemProgram.AdvanceNonce(a, b), "system", "getAdvanceNonceAccountInstruction", new() { ["nonceAccount"] = Address(a), ["nonceAuthority"] = Signer(b) });
        Add(SystemProgram.InitializeNonce(a, b), "system", "getInitializeNonceAccountInstruction", new() { ["nonceAccount"] = Address(a), ["nonceAuthority"] = Address(b) });
        Add(SystemProgram.WithdrawNonce(a, b, c, n), "system", "getWithdrawNonceAccountInstruction", new()
        {
            ["nonceAccount"] = Address(a), ["nonceAuthority"] = Signer(b), ["recipientAccount"] = Address(c), ["withdrawAmount"] = Number(n),
        });
        Add(SystemProgram.AuthorizeNonce(a, b, c), "system", "getAuthorizeNonceAccountInstruction", new()
        {
            ["nonceAccount"] = Address(a), ["nonceAuthority"] = Signer(b), ["newNonceAuthority"] = Address(c),
        });
    }

    private void AddToken(string client, SolanaAddress program)
    {
        SolanaAddress a = Any(), b = Any(), c = Any(), d = Any();
        ulong n = (ulong)_random.NextInt64();
        byte decimals = (byte)_random.Next(256);
        var authority = (TokenAuthority)_random.Next(4);
        SolanaAddress? optional = _random.Next(2) == 0 ? d : null;
        void AddOf(SolanaInstruction ours, string name, JsonObject input) => Add(ours, client, $"get{name}Instruction", input, program);

        AddOf(TokenProgram.TransferChecked(a, b, c, d, n, decimals, program), "TransferChecked", new()
        {
            ["source"] = Address(a), ["mint"] = Address(b), ["destination"] = Address(c), ["authority"] = Signer(d), ["amount"] = Number(n), ["decimals"] = decimals,
        });
        AddOf(TokenProgram.MintTo(a, b, c, n, program), "MintTo", new() { ["mint"] = Address(a), ["token"] = Address(b), ["mintAuthority"] = Signer(c), ["amount"] = Number(n) });
        AddOf(TokenProgram.Burn(a, b, c, n, program), "Burn", new() { ["account"] = Address(a), ["mint"] = Address(b), ["authority"] = Signer(c), ["amount"] = Number(n) });
        AddOf(TokenProgram.Approve(a, b, c, n, program), "Approve", new() { ["source"] = Address(a), ["delegate"] = Address(b), ["owner"] = Signer(c), ["amount"] = Number(n) });
        AddOf(TokenProgram.ApproveChecked(a, b, c, d, n, decimals, program), "ApproveChecked", new()
        {
            ["source"] = Address(a), ["mint"] = Address(b), ["delegate"] = Address(c), ["owner"] = Signer(d), ["amount"] = Number(n), ["decimals"] = decimals,
        });
        AddOf(TokenProgram.Revoke(a, b, program), "Revoke", new() { ["source"] = Address(a), ["owner"] = Signer(b) });
        AddOf(TokenProgram.CloseAccount(a, b, c, program), "CloseAccount", new() { ["account"] = Address(a), ["destination"] = Address(b), ["owner"] = Signer(c) });
        AddOf(TokenProgram.FreezeAccount(a, b, c, program), "FreezeAccount", new() { ["account"] = Address(a), ["mint"] = Address(b), ["owner"] = Signer(c) });
        AddOf(TokenProgram.ThawAccount(a, b, c, program), "ThawAccount", new() { ["account"] = Address(a), ["mint"] = Address(b), ["owner"] = Signer(c) });
        AddOf(TokenProgram.SyncNative(a, program), "SyncNative", new() { ["account"] = Address(a) });
        AddOf(TokenProgram.SetAuthority(a, b, authority, optional, program), "SetAuthority", new()
        {
            ["owned"] = Address(a), ["owner"] = Signer(b), ["authorityType"] = (int)authority, ["newAuthority"] = Optional(optional is { } next ? Address(next) : null),
        });
        AddOf(TokenProgram.InitializeMint(a, decimals, b, optional, program), "InitializeMint2", new()
        {
            ["mint"] = Address(a), ["decimals"] = decimals, ["mintAuthority"] = Address(b), ["freezeAuthority"] = Optional(optional is { } freezer ? Address(freezer) : null),
        });
        AddOf(TokenProgram.InitializeAccount(a, b, c, program), "InitializeAccount3", new() { ["account"] = Address(a), ["mint"] = Address(b), ["owner"] = Address(c) });

        JsonObject Associated() => new() { ["payer"] = Signer(a), ["owner"] = Address(b), ["mint"] = Address(c), ["tokenProgram"] = Address(program) };
        Add(AssociatedTokenProgram.Create(a, b, c, program), client, "getCreateAssociatedTokenInstructionAsync", Associated());
        Add(AssociatedTokenProgram.CreateIdempotent(a, b, c, program), client, "getCreateAssociatedTokenIdempotentInstructionAsync", Associated());
    }

    private void AddComputeBudget()
    {
        uint n = (uint)_random.NextInt64(uint.MaxValue);
        ulong price = (ulong)_random.NextInt64();
        Add(ComputeBudgetProgram.SetComputeUnitLimit(n), "budget", "getSetComputeUnitLimitInstruction", new() { ["units"] = n });
        Add(ComputeBudgetProgram.SetComputeUnitPrice(price), "budget", "getSetComputeUnitPriceInstruction", new() { ["microLamports"] = Number(price) });
        Add(ComputeBudgetProgram.RequestHeapFrame(n), "budget", "getRequestHeapFrameInstruction", new() { ["bytes"] = n });
        Add(ComputeBudgetProgram.SetLoadedAccountsDataSizeLimit(n), "budget", "getSetLoadedAccountsDataSizeLimitInstruction", new() { ["accountDataSizeLimit"] = n });
    }

    private sealed record AccountSample(int Number, SolanaAddress First, SolanaAddress Second, SolanaAddress Third, ulong Amount, ulong Other)
    {
        private bool IsOdd => Number % 2 == 1;

        private TokenAccountState State => (TokenAccountState)(Number % 3);

        /// <summary>A mint and a token account of both programs, and a nonce account.</summary>
        public IEnumerable<JsonObject> Describe()
        {
            var optional = Optional(IsOdd ? Address(Third) : null);
            JsonObject Mint() => new()
            {
                ["mintAuthority"] = optional.DeepClone(), ["supply"] = KitCases.Number(Amount), ["decimals"] = Number, ["isInitialized"] = !IsOdd, ["freezeAuthority"] = Optional(Address(Second)),
            };
            JsonObject Token() => new()
            {
                ["mint"] = Address(First), ["owner"] = Address(Second), ["amount"] = KitCases.Number(Amount), ["delegate"] = optional.DeepClone(), ["state"] = (int)State,
                ["isNative"] = Optional(IsOdd ? KitCases.Number(Other) : null), ["delegatedAmount"] = KitCases.Number(Other), ["closeAuthority"] = Optional(IsOdd ? null : Address(Third)),
            };
            var mint = Mint();
            mint["extensions"] = Optional(new JsonArray(
                new JsonObject { ["__kind"] = "PermanentDelegate", ["delegate"] = Address(Third) },
                new JsonObject { ["__kind"] = "MintCloseAuthority", ["closeAuthority"] = Address(First) }));
            var token = Token();
            token["extensions"] = Optional(new JsonArray(
                new JsonObject { ["__kind"] = "ImmutableOwner" },
                new JsonObject { ["__kind"] = "MemoTransfer", ["requireIncomingTransferMemos"] = IsOdd }));
            yield return Encoded("token", "getMintEncoder", Mint());
            yield return Encoded("token", "getTokenEncoder", Token());
            yield return Encoded("token2022", "getMintEncoder", mint);
            yield return Encoded("token2022", "getTokenEncoder", token);
            yield return Encoded("system", "getNonceEncoder", new()
            {
                ["version"] = 1, ["state"] = 1, ["authority"] = Address(First), ["blockhash"] = Address(Second), ["lamportsPerSignature"] = KitCases.Number(Amount),
            });
        }

        public void AssertRead(byte[][] accounts)
        {
            AssertMint(TokenMint.Read(accounts[0], TokenProgram.ProgramId));
            AssertToken(TokenAccount.Read(accounts[1], TokenProgram.ProgramId));
            Assert.Equal(new NonceAccount(First, new SolanaHash(Second.ToArray()), Amount), NonceAccount.Read(accounts[4]));

            var mint = TokenMint.Read(accounts[2], TokenProgram.Token2022ProgramId);
            AssertMint(mint);
            Assert.Equal([TokenExtensionType.PermanentDelegate, TokenExtensionType.MintCloseAuthority], mint.Extensions.Select(extension => extension.Type));
            Assert.Equal(Third.ToArray(), mint.Extensions[0].Value.ToArray());
            Assert.Equal(IsOdd ? TokenPaymentProblem.NotInitialized : TokenPaymentProblem.PermanentDelegate, mint.FindPaymentProblem());

            var token = TokenAccount.Read(accounts[3], TokenProgram.Token2022ProgramId);
            AssertToken(token);
            Assert.Equal([TokenExtensionType.ImmutableOwner, TokenExtensionType.MemoTransfer], token.Extensions.Select(extension => extension.Type));
            if (State == TokenAccountState.Initialized)
            {
                Assert.Equal(IsOdd ? TokenPaymentProblem.MemoRequired : TokenPaymentProblem.None, token.FindPaymentProblem(First, Second));
            }
        }

        private static JsonObject Encoded(string client, string encoder, JsonObject input) => new() { ["client"] = client, ["encoder"] = encoder, ["input"] = input };

        private void AssertMint(TokenMint mint) => Assert.Equal(
            (IsOdd ? Third : (SolanaAddress?)null, Amount, (byte)Number, !IsOdd, Second),
            (mint.MintAuthority, mint.Supply, mint.Decimals, mint.IsInitialized, mint.FreezeAuthority!.Value));

        private void AssertToken(TokenAccount token)
        {
            Assert.Equal((First, Second, Amount, State, Other), (token.Mint, token.Owner, token.Amount, token.State, token.DelegatedAmount));
            Assert.Equal(
                (IsOdd ? Third : (SolanaAddress?)null, IsOdd ? Other : (ulong?)null, IsOdd ? null : (SolanaAddress?)Third),
                (token.Delegate, token.NativeReserve, token.CloseAuthority));
        }
    }
}
