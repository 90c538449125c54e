using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.IntegrationTests.Evm.Settlement;

/// <summary>A payer, a payee and a submitter on a chain where gas costs what it costs. In the end every wei and every token must be somewhere.</summary>
internal sealed class EvmWorld : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private EvmWorld(EvmTestChain chain, EvmSettlement settlement, EvmAddress token)
    {
        Chain = chain;
        Settlement = settlement;
        Token = token;
    }

    public EvmTestChain Chain { get; }

    public EvmSettlement Settlement { get; private set; }

    public EvmAddress Token { get; }

    public Asset Asset => Token.IsZero ? Settlement.NativeAsset : Settlement.GetAsset(Token);

    public Secp256k1Signer Payer { get; private init; } = null!;

    public Secp256k1Signer Payee { get; private init; } = null!;

    public Secp256k1Signer Submitter { get; private init; } = null!;

    public static async Task<EvmWorld> StartAsync(string? token = "TestToken", UInt128? funds = null, Action<EvmSettlementOptions>? change = null)
    {
        var chain = await EvmTestChain.StartAsync(isFree: false).WaitAsync(TimeSpan.FromMinutes(5));
        var contract = token is null ? EvmAddress.Zero : await chain.DeployAsync(token);
        var world = new EvmWorld(chain, await chain.ConnectAsync(change), contract)
        {
            Payer = await chain.CreateAccountAsync(),
            Payee = await chain.CreateAccountAsync(),
            Submitter = await chain.CreateAccountAsync(),
        };
        if (!contract.IsZero)
        {
            await chain.MintAsync(contract, world.Payer.GetEvmAddress(), funds ?? 1_000_000);
        }

        return world;
    }

    public Amount Units(UInt128 units) => new(units, Asset);

    public AccountId Account(ISigner signer) => Settlement.GetAccount(signer.PublicKey);

    public async Task<UInt128> BalanceAsync(ISigner signer) => (await Settlement.GetBalanceAsync(Account(signer), Asset)).BaseUnits;

    public OpenChannelRequest Terms(UInt128 deposit, byte salt = 1) => new()
    {
        Payee = Account(Payee),
        Deposit = Units(deposit),
        GracePeriod = EvmTestChain.GracePeriod,
        Salt = Enumerable.Repeat(salt, 32).ToArray(),
    };

    public Task<Channel> OpenAsync(UInt128 deposit, byte salt = 1) => Settlement.OpenAsync(Terms(deposit, salt), Payer);

    public async Task<SignedVoucher> SignAsync(ChannelId channel, UInt128 cumulative)
    {
        var voucher = new Voucher(channel, Units(cumulative));
        return new SignedVoucher(voucher, await Payer.SignAsync(Settlement.GetVoucherSigningBytes(voucher)));
    }

    /// <summary>Ends the settlement, as a process that ends does, and connects anew.</summary>
    public async Task ReconnectAsync(Action<EvmSettlementOptions>? change = null)
    {
        await Settlement.DisposeAsync();
        Settlement = await Chain.ConnectAsync(change);
    }

    /// <summary>Mines until a condition holds.</summary>
    public async Task MineUntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await condition())
        {
            await Chain.Node.MineAsync(1, limit.Token);
            await Task.Delay(5, limit.Token);
        }
    }

    /// <summary>Waits until a condition holds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await condition())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    public async Task<int> CountPendingAsync() => Convert.ToInt32((await Chain.Node.CallAsync("txpool_status")).GetProperty("pending").GetString(), 16);

    /// <summary>Adds up the coins of everybody, those that were burned, and the tokens: what there was at the start is what there is.</summary>
    public async Task AssertConservedAsync()
    {
        EvmAddress[] everybody =
        [
            Payer.GetEvmAddress(), Payee.GetEvmAddress(), Submitter.GetEvmAddress(), Chain.Escrow, EvmAddress.Zero,
            .. Chain.Node.Accounts.Select(account => EvmAddress.Parse(account.Address)),
        ];
        var coins = UInt256.Zero;
        var tokens = UInt256.Zero;
        foreach (var account in everybody)
        {
            coins += await Chain.Client.GetBalanceAsync(account);
            tokens += Token.IsZero ? UInt256.Zero : await Chain.BalanceAsync(Token, account);
        }

        for (ulong number = await Chain.Client.GetBlockNumberAsync(); number > 0; number--)
        {
            var block = (await Chain.Client.GetBlockAsync(EvmBlockTag.Number(number)))!;
            coins += block.BaseFeePerGas!.Value * block.GasUsed;
        }

        Assert.Equal(UInt256.Parse("20003000000000000000000"), coins);
        Assert.Equal(Token.IsZero ? UInt256.Zero : await Chain.SupplyAsync(Token), tokens);
    }

    public async ValueTask DisposeAsync()
    {
        await Settlement.DisposeAsync();
        await Chain.DisposeAsync();
    }
}
