using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Settlement;
using static DePin.Sdk.IntegrationTests.Solana.Settlement.SolanaTestChain;

namespace DePin.Sdk.IntegrationTests.Solana.Settlement;

/// <summary>Who pays fees and rent, and that rent comes back.</summary>
public sealed class SolanaRentTests(SharedSolanaChain shared) : IClassFixture<SharedSolanaChain>
{
    private const ulong Sol = 1_000_000_000;

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));

    private SolanaTestChain Chain => shared.Chain;

    private CancellationToken Token => _limit.Token;

    [SurfpoolFact]
    public async Task Reclaim_ManyChannels_BringsTheirRentBackInFewTransactions()
    {
        using var payer = await Chain.CreateSignerAsync(10 * Sol);
        using var payee = await Chain.CreateSignerAsync();
        var mint = await FundedMintAsync(payer);
        await Chain.SetTokensAsync(AddressOf(payee), mint, 0);
        await using var settlement = await Chain.ConnectAsync();
        var channels = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => settlement.OpenAsync(Request(settlement, mint, payee), payer, Token)));
        var live = await settlement.OpenAsync(Request(settlement, mint, payee), payer, Token);
        await Task.WhenAll(channels.Select(channel => settlement.CloseAsync(channel.Id, null, payee, Token)));
        Assert.Equal(0, await settlement.ReclaimRentAsync(payer, Token));
        await Chain.Node.AdvanceSlotsAsync((int)PaymentChannelProgram.OpenSlotWindow + 50, Token);

        ulong before = await Chain.Client.GetBalanceAsync(AddressOf(payer), cancellationToken: Token);
        ulong rent = await Chain.Client.GetMinimumBalanceForRentExemptionAsync(PaymentChannelAccount.SizeInBytes, cancellationToken: Token);
        Assert.Equal(30, await settlement.ReclaimRentAsync(payer, Token));
        ulong spent = before + (30 * rent) - await Chain.Client.GetBalanceAsync(AddressOf(payer), cancellationToken: Token);
        Assert.True(spent is 2 * SolanaSettlement.LamportsPerSignature, $"{spent} lamports were spent on fees.");
        Assert.Equal(0, await settlement.ReclaimRentAsync(payer, Token));
        Assert.NotNull(await Chain.ReadAsync(live.Id));
    }

    [SurfpoolFact]
    public async Task Sweep_AfterARestart_BringsRentBackByItself()
    {
        using var sponsor = await Chain.CreateSignerAsync(10 * Sol);
        using var payer = Ed25519Signer.Create();
        using var payee = await Chain.CreateSignerAsync();
        var mint = await FundedMintAsync(payer);
        var folder = Directory.CreateTempSubdirectory("depin-rent-").FullName;
        Channel channel;
        await using (var settlement = await Chain.ConnectAsync(options => (options.DataDirectory, options.FeePayer) = (folder, sponsor)))
        {
            channel = await settlement.OpenAsync(Request(settlement, mint, payee), payer, Token);
            await settlement.CloseAsync(channel.Id, null, payee, Token);
        }

        await Chain.Node.AdvanceSlotsAsync((int)PaymentChannelProgram.OpenSlotWindow + 50, Token);
        await using (await Chain.ConnectAsync(options => (options.DataDirectory, options.FeePayer, options.RentSweepInterval) = (folder, sponsor, TimeSpan.FromSeconds(1))))
        {
            while (await Chain.ReadAsync(channel.Id) is not null)
            {
                await Task.Delay(50, Token);
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    [SurfpoolFact]
    public async Task Sweep_WithTheKeyOfAPayerThatActed_BringsItsRentBack()
    {
        using var payer = await Chain.CreateSignerAsync(10 * Sol);
        using var payee = await Chain.CreateSignerAsync();
        var mint = await FundedMintAsync(payer);
        await using var settlement = await Chain.ConnectAsync(options => options.RentSweepInterval = TimeSpan.FromSeconds(1));
        var channel = await settlement.OpenAsync(Request(settlement, mint, payee), payer, Token);
        await settlement.CloseAsync(channel.Id, null, payee, Token);
        await Chain.Node.AdvanceSlotsAsync((int)PaymentChannelProgram.OpenSlotWindow + 50, Token);
        while (await Chain.ReadAsync(channel.Id) is not null)
        {
            await Task.Delay(50, Token);
        }

        // The key still signs for everything else.
        Assert.Equal(ChannelStatus.Open, (await settlement.OpenAsync(Request(settlement, mint, payee), payer, Token)).Status);
    }

    [SurfpoolFact]
    public async Task FeePayer_Set_PaysForAPayerThatHasNoSol()
    {
        using var sponsor = await Chain.CreateSignerAsync(10 * Sol);
        using var payer = Ed25519Signer.Create();
        using var payee = Ed25519Signer.Create();
        var mint = await FundedMintAsync(payer);
        await using var settlement = await Chain.ConnectAsync(options => options.FeePayer = sponsor);
        var channel = await settlement.OpenAsync(Request(settlement, mint, payee), payer, Token);
        Assert.Equal(AddressOf(sponsor), (await Chain.ReadAsync(channel.Id))!.RentPayer);
        await settlement.TopUpAsync(channel.Id, new Amount(50, settlement.GetAsset(mint)), payer, Token);
        await settlement.SettleAsync([await SignAsync(settlement, channel, 20, payer)], payee, Token);
        await settlement.RequestCloseAsync(channel.Id, payer, Token);
        var closed = (await settlement.SettleAsync([await SignAsync(settlement, channel, 60, payer)], payee, Token))[0];
        Assert.Equal((ChannelStatus.Closed, 40UL), (closed.Channel.Status, (ulong)closed.Paid.BaseUnits));
        Assert.Equal((0UL, 0UL), (await Chain.Client.GetBalanceAsync(AddressOf(payer), cancellationToken: Token), await Chain.Client.GetBalanceAsync(AddressOf(payee), cancellationToken: Token)));
        Assert.Equal((1_000_000UL - 60, 60UL), (await Chain.BalanceAsync(AddressOf(payer), mint), await Chain.BalanceAsync(AddressOf(payee), mint)));
    }

    [SurfpoolFact]
    public async Task Authorization_OfAPayerWithoutSol_OpensOnceInAnotherProcess()
    {
        using var sponsor = await Chain.CreateSignerAsync(10 * Sol);
        using var payer = Ed25519Signer.Create();
        using var payee = await Chain.CreateSignerAsync();
        var mint = await FundedMintAsync(payer);
        await using var here = await Chain.ConnectAsync();
        await using var there = await Chain.ConnectAsync();
        var request = Request(here, mint, payee);
        var bytes = (await here.AuthorizeOpeningAsync(request, payer, AddressOf(sponsor), Token)).Serialize();
        var authorization = SolanaChannelAuthorization.Parse(bytes);
        var opened = await Task.WhenAll(there.OpenAuthorizedAsync(authorization, sponsor, Token), there.OpenAuthorizedAsync(authorization, sponsor, Token));
        Assert.Equal(opened[0], opened[1]);
        Assert.Equal(opened[0], await here.FindChannelAsync(opened[0].Id, Token));
        Assert.Equal(1_000_000UL - 400, await Chain.BalanceAsync(AddressOf(payer), mint));

        // Asked for again, the same channel is authorized, and opened it is already.
        var again = await here.AuthorizeOpeningAsync(request, payer, AddressOf(sponsor), Token);
        Assert.Equal(opened[0], await there.OpenAuthorizedAsync(again, sponsor, Token));
        Assert.Equal(1_000_000UL - 400, await Chain.BalanceAsync(AddressOf(payer), mint));
    }

    [SurfpoolFact]
    public async Task Authorization_ThatIsOldOrPoor_IsRefusedAndCostsNothing()
    {
        using var sponsor = await Chain.CreateSignerAsync(10 * Sol);
        using var payer = Ed25519Signer.Create();
        using var payee = await Chain.CreateSignerAsync();
        var mint = await FundedMintAsync(payer);
        await using var settlement = await Chain.ConnectAsync();
        var poor = await settlement.AuthorizeOpeningAsync(Request(settlement, mint, payee), payer, AddressOf(sponsor), Token);
        await Chain.SetTokensAsync(AddressOf(payer), mint, 399);
        var refusal = await Assert.ThrowsAsync<SettlementException>(() => settlement.OpenAuthorizedAsync(poor, sponsor, Token));
        Assert.Equal((DePinErrorCode.InsufficientFunds, false), (refusal.Code, refusal.MayHaveBeenBroadcast));

        await Chain.SetTokensAsync(AddressOf(payer), mint, 1_000_000);
        var old = await settlement.AuthorizeOpeningAsync(Request(settlement, mint, payee), payer, AddressOf(sponsor), Token);
        await Chain.Node.AdvanceBlocksAsync(160, Token);
        refusal = await Assert.ThrowsAsync<SettlementException>(() => settlement.OpenAuthorizedAsync(old, sponsor, Token));
        Assert.False(refusal.MayHaveBeenBroadcast);
        Assert.Equal(10 * Sol, await Chain.Client.GetBalanceAsync(AddressOf(sponsor), cancellationToken: Token));
    }

    private async Task<SolanaAddress> FundedMintAsync(Ed25519Signer payer)
    {
        var mint = await Chain.CreateMintAsync();
        await Chain.SetTokensAsync(AddressOf(payer), mint, 1_000_000);
        return mint;
    }

    private static OpenChannelRequest Request(SolanaSettlement settlement, SolanaAddress mint, Ed25519Signer payee) => new()
    {
        Payee = settlement.GetAccount(payee.PublicKey),
        Deposit = new Amount(400, settlement.GetAsset(mint)),
        GracePeriod = TimeSpan.FromMinutes(10),
        Salt = System.Security.Cryptography.RandomNumberGenerator.GetBytes(32),
    };
}
