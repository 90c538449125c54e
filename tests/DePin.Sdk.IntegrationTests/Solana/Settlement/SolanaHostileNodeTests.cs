using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Settlement;
using static DePin.Sdk.IntegrationTests.Solana.Settlement.SolanaTestChain;

namespace DePin.Sdk.IntegrationTests.Solana.Settlement;

/// <summary>A node that lies about channels is not believed, and nothing is sent on its word.</summary>
public sealed class SolanaHostileNodeTests(SharedSolanaChain shared) : IClassFixture<SharedSolanaChain>, IAsyncLifetime
{
    private const ulong Funds = 1_000_000;

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));
    private HttpJsonRpcTransport _transport = null!;
    private FaultyNode _node = null!;
    private Ed25519Signer _payer = null!;
    private Ed25519Signer _payee = null!;
    private SolanaAddress _mint;

    public static TheoryData<string> Lies => ["owner", "discriminator", "version", "length", "another channel", "deposit", "escrow", "escrow of another", "gone"];

    private SolanaTestChain Chain => shared.Chain;

    private CancellationToken Token => _limit.Token;

    public async Task InitializeAsync()
    {
        if (SurfpoolFixture.MissingReason is null)
        {
            _transport = new HttpJsonRpcTransport(Chain.Node.RpcUrl);
            _node = new FaultyNode(_transport);
            (_payer, _payee, _mint) = (await Chain.CreateSignerAsync(), await Chain.CreateSignerAsync(), await Chain.CreateMintAsync());
            await Chain.SetTokensAsync(AddressOf(_payer), _mint, Funds);
        }
    }

    public async Task DisposeAsync()
    {
        if (_transport is not null)
        {
            await _transport.DisposeAsync();
            _payer.Dispose();
            _payee.Dispose();
        }

        _limit.Dispose();
    }

    [SurfpoolTheory]
    [MemberData(nameof(Lies))]
    public async Task Lie_AboutAChannel_IsSeenThroughAndMovesNothing(string lie)
    {
        await using var settlement = await Chain.ConnectAsync(transport: _node);
        var channel = await settlement.OpenAsync(Request(settlement), _payer, Token);
        var other = await settlement.OpenAsync(Request(settlement), _payer, Token);
        var voucher = await SignAsync(settlement, channel, 250, _payer);
        var address = new SolanaAddress(channel.Id.Bytes.Span);
        var escrow = AssociatedTokenAddress.Find(address, _mint, TokenProgram.ProgramId);
        var others = await Chain.Client.GetAccountAsync(new SolanaAddress(other.Id.Bytes.Span), cancellationToken: Token);
        _node.Lie = (method, asked, answer) =>
        {
            if (method is not ("getMultipleAccounts" or "getSignaturesForAddress"))
            {
                return answer;
            }

            if (method == "getSignaturesForAddress")
            {
                return lie == "gone" ? new JsonArray() : answer;
            }

            for (int i = 0; i < asked[0]!.AsArray().Count; i++)
            {
                if (asked[0]![i]!.GetValue<string>() == address.ToString())
                {
                    answer!["value"]![i] = Twist(lie, answer["value"]![i]!, others!.Data.ToArray());
                }
                else if (asked[0]![i]!.GetValue<string>() == escrow.ToString())
                {
                    answer!["value"]![i] = TwistEscrow(lie, answer["value"]![i]!);
                }
            }

            return answer;
        };
        int sent = _node.Sent;
        await RefusedAsync(() => settlement.FindChannelAsync(channel.Id, Token));
        await RefusedAsync(() => settlement.SettleAsync([voucher], _payee, Token));
        await RefusedAsync(() => settlement.CloseAsync(channel.Id, voucher, _payee, Token));
        await RefusedAsync(() => settlement.RequestCloseAsync(channel.Id, _payer, Token));
        Assert.Equal(sent, _node.Sent);

        // One that it lies about hides none of the others.
        Assert.Equal([null, other], await settlement.FindChannelsAsync([channel.Id, other.Id], Token));

        _node.Lie = null;
        Assert.Equal(250UL, (ulong)(await settlement.SettleAsync([voucher], _payee, Token))[0].Paid.BaseUnits);
        Assert.Equal(Funds, await Chain.TotalAsync(_mint));
    }

    [SurfpoolFact]
    public async Task Lie_AboutAnUnknownChannel_IsNotTakenForOne()
    {
        await using var settlement = await Chain.ConnectAsync(transport: _node);
        var channel = await settlement.OpenAsync(Request(settlement), _payer, Token);
        var real = await Chain.Client.GetAccountAsync(new SolanaAddress(channel.Id.Bytes.Span), cancellationToken: Token);
        var invented = new ChannelId(RandomNumberGenerator.GetBytes(32));
        _node.Lie = (method, asked, answer) =>
        {
            if (method == "getMultipleAccounts" && asked[0]!.AsArray().Any(address => address!.GetValue<string>() == new SolanaAddress(invented.Bytes.Span).ToString()))
            {
                answer!["value"]![0] = Account(real!.Data.ToArray(), settlement.Program.ProgramId);
            }

            return answer;
        };
        await RefusedAsync(() => settlement.FindChannelAsync(invented, Token));
    }

    [SurfpoolFact]
    public async Task Node_ThatKeepsNoHistoryAndSearchesNothing_DoesForTheLifeOfAChannel()
    {
        _node.Missing.UnionWith(["getTransaction", "getSignaturesForAddress", "getProgramAccounts"]);
        await using var settlement = await Chain.ConnectAsync(transport: _node);
        var channel = await settlement.OpenAsync(Request(settlement), _payer, Token);
        Assert.Null(await settlement.FindChannelAsync(new ChannelId(RandomNumberGenerator.GetBytes(32)), Token));
        var first = (await settlement.SettleAsync([await SignAsync(settlement, channel, 100, _payer)], _payee, Token))[0];
        var second = (await settlement.SettleAsync([await SignAsync(settlement, channel, 130, _payer)], _payee, Token))[0];
        var closed = await settlement.CloseAsync(channel.Id, await SignAsync(settlement, channel, 200, _payer), _payee, Token);
        Assert.Equal((100UL, 30UL, 70UL), ((ulong)first.Paid.BaseUnits, (ulong)second.Paid.BaseUnits, (ulong)closed.Paid.BaseUnits));
        Assert.Equal(closed.Channel, await settlement.FindChannelAsync(channel.Id, Token));
        await Chain.Node.AdvanceSlotsAsync((int)DePin.Sdk.Chains.Solana.Channels.PaymentChannelProgram.OpenSlotWindow + 50, Token);
        Assert.Equal(1, await settlement.ReclaimRentAsync(_payer, Token));
        Assert.Equal((Funds - 200, 200UL), (await Chain.BalanceAsync(AddressOf(_payer), _mint), await Chain.BalanceAsync(AddressOf(_payee), _mint)));
    }

    private static async Task RefusedAsync(Func<Task> action)
    {
        var problem = await Assert.ThrowsAsync<SolanaRpcException>(action);
        Assert.Equal(SolanaRpcError.Malformed, problem.Kind);
    }

    private static JsonNode? Twist(string lie, JsonNode account, byte[] others)
    {
        var data = Convert.FromBase64String(account["data"]![0]!.GetValue<string>());
        var owner = SolanaAddress.Parse(account["owner"]!.GetValue<string>());
        switch (lie)
        {
            case "owner":
                return Account(data, TokenProgram.ProgramId);
            case "discriminator":
                data[0] = 2;
                return Account(data, owner);
            case "version":
                data[1] = 2;
                return Account(data, owner);
            case "length":
                return Account([.. data, 0], owner);
            case "another channel":
                return Account(others, owner);
            case "deposit":
                BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(12), 1_000_000_000_000);
                return Account(data, owner);
            case "gone":
                return null;
            default:
                return account.DeepClone();
        }
    }

    private static JsonNode? TwistEscrow(string lie, JsonNode account)
    {
        var data = Convert.FromBase64String(account["data"]![0]!.GetValue<string>());
        if (lie == "escrow")
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(64), 999);
        }
        else if (lie == "escrow of another")
        {
            data[40] ^= 1;
        }

        return Account(data, SolanaAddress.Parse(account["owner"]!.GetValue<string>()));
    }

    private static JsonObject Account(byte[] data, SolanaAddress owner) => new()
    {
        ["data"] = new JsonArray(Convert.ToBase64String(data), "base64"),
        ["executable"] = false,
        ["lamports"] = 5_000_000,
        ["owner"] = owner.ToString(),
        ["rentEpoch"] = 0,
        ["space"] = data.Length,
    };

    private OpenChannelRequest Request(SolanaSettlement settlement) => new()
    {
        Payee = settlement.GetAccount(_payee.PublicKey),
        Deposit = new Amount(1_000, settlement.GetAsset(_mint)),
        GracePeriod = TimeSpan.FromMinutes(10),
        Salt = RandomNumberGenerator.GetBytes(32),
    };
}
