using System.Diagnostics;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;
using Google.Protobuf;

namespace DePin.Sdk.IntegrationTests.Interop;

/// <summary>Our client calls a @grpc/grpc-js server.</summary>
public sealed class StockServerTests : IAsyncLifetime
{
    private readonly HttpProviderConnector _connector = new();
    private NodePeer? _server;
    private IProviderConnection? _connection;

    private NodePeer Server => _server!;

    private IProviderConnection Connection => _connection!;

    public async Task InitializeAsync()
    {
        if (NodePackages.IsNodeInstalled)
        {
            _server = await NodePeer.StartAsync("grpc-server.mjs");
            int port = (await _server.ReadEventAsync("listening")).GetProperty("port").GetInt32();
            _connection = _connector.Connect(new Uri($"http://127.0.0.1:{port}"));
        }
    }

    public async Task DisposeAsync()
    {
        await _connector.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [NodeFact]
    public async Task RunJobAsync_VouchersGoUp_DeltasComeDownAndTheStreamEndsWell()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        await using var call = await StartAsync("echo", new CallOptions { Deadline = DateTimeOffset.UtcNow.AddHours(1) });
        var start = await Server.ReadEventAsync("start");
        Assert.Equal(activity.Id, Assert.Single(start.GetProperty("traceparent").EnumerateArray()).GetString());
        Assert.True(start.GetProperty("deadline").GetBoolean());
        for (int i = 1; i <= 50; i++)
        {
            await call.WriteAsync(new ConsumerFrame { Voucher = new VoucherMessage { Cumulative = new U128 { Low = (ulong)i } } });
            Assert.Equal(i, (await call.ReadAsync())!.Delta.OutputTokens);
        }

        await call.CompleteWritesAsync();
        Assert.Null(await call.ReadAsync());
        Assert.Equal(50, (await Server.ReadEventAsync("half-closed")).GetProperty("vouchers").GetInt32());
    }

    [NodeFact]
    public async Task ReadAsync_ManyFramesThenTheEndBeforeWeHalfClose_AllArrive()
    {
        await using var call = await StartAsync("many:5000");
        for (int i = 1; i <= 5000; i++)
        {
            Assert.Equal(i, (await call.ReadAsync())!.Delta.OutputTokens);
        }

        Assert.Null(await call.ReadAsync());
    }

    [NodeFact]
    public async Task ReadAsync_LargeMessages_ArriveUpToTheLimit()
    {
        await using var large = await StartAsync("large:3000000");
        Assert.Equal(3_000_000, (await large.ReadAsync())!.Delta.Outputs[0].Length);
        await using var larger = await StartAsync("large:5000000");
        var error = await Assert.ThrowsAsync<DePinException>(async () => await larger.ReadAsync());
        Assert.Equal((DePinErrorCode.MessageTooLarge, Fault.Provider), (error.Code, error.Fault));
    }

    [NodeFact]
    public async Task WriteAsync_MessageOverThePeersLimit_MessageTooLarge()
    {
        await using var call = await StartAsync("echo", payloadBytes: 2_000_000);
        var error = await Assert.ThrowsAsync<DePinException>(async () => await call.ReadAsync());
        Assert.Equal((DePinErrorCode.MessageTooLarge, Fault.Consumer), (error.Code, error.Fault));
    }

    [NodeFact]
    public async Task ReadAsync_ErrorStatuses_BecomeOurs()
    {
        (int Status, DePinErrorCode Code, bool IsTransient)[] table =
        [
            (1, DePinErrorCode.Unavailable, true), (2, DePinErrorCode.ProviderFailed, true), (3, DePinErrorCode.InvalidRequest, false),
            (5, DePinErrorCode.ModelNotFound, false), (8, DePinErrorCode.Overloaded, true), (12, DePinErrorCode.Unsupported, false),
            (14, DePinErrorCode.Unavailable, true), (16, DePinErrorCode.InvalidSignature, false),
        ];
        foreach (var (status, code, transient) in table)
        {
            foreach (string kind in new[] { "status", "frame-status" })
            {
                await using var call = await StartAsync($"{kind}:{status}");
                if (kind == "frame-status")
                {
                    Assert.NotNull(await call.ReadAsync());
                }

                var error = await Assert.ThrowsAsync<DePinException>(async () => await call.ReadAsync());
                Assert.Equal((code, transient), (error.Code, error.IsTransient));
                Assert.Contains(kind == "status" ? "said: 100 % ü" : "said", error.Message, StringComparison.Ordinal);
            }
        }

        await using var late = await StartAsync("status:4");
        await Assert.ThrowsAsync<TimeoutException>(async () => await late.ReadAsync());
        await using var ours = await StartAsync("depin");
        var detailed = await Assert.ThrowsAsync<DePinException>(async () => await ours.ReadAsync());
        Assert.Equal((DePinErrorCode.PaymentRequired, Fault.Consumer, true, "pay first"), (detailed.Code, detailed.Fault, detailed.IsTransient, detailed.Message));
    }

    [NodeFact]
    public async Task DisposeAsync_JobRuns_TheServerSeesTheCancellation()
    {
        var call = await StartAsync("hang");
        Assert.NotNull(await call.ReadAsync());
        await call.DisposeAsync();
        await Server.ReadEventAsync("cancelled");
    }

    [NodeFact]
    public async Task ReadAsync_DeadlinePasses_TimeoutAndTheServerSeesIt()
    {
        // However slow the machine is, some deadline is long enough for the job to start.
        int frames = 0;
        for (var limit = TimeSpan.FromSeconds(0.5); frames == 0; limit *= 2)
        {
            await using var call = await Connection.RunJobAsync(new CallOptions { Deadline = DateTimeOffset.UtcNow + limit });
            await Assert.ThrowsAsync<TimeoutException>(async () =>
            {
                await call.WriteAsync(new ConsumerFrame { Start = new JobStart { Model = "hang" } });
                while (await call.ReadAsync() is not null)
                {
                    frames++;
                }
            });
        }

        await Server.ReadEventAsync("cancelled");
    }

    [NodeFact]
    public async Task ReadAsync_ServerDiesInTheMiddle_Unavailable()
    {
        await using var call = await StartAsync("die");
        Assert.NotNull(await call.ReadAsync());
        var error = await Assert.ThrowsAsync<DePinException>(async () => await call.ReadAsync());
        Assert.Equal((DePinErrorCode.Unavailable, Fault.Network, true), (error.Code, error.Fault, error.IsTransient));
    }

    [NodeFact]
    public async Task UnaryCalls_AnswerAndError_Arrive()
    {
        var offers = await Connection.ListOffersAsync(new CallOptions());
        Assert.Equal(["one", "two"], offers.Offers.Select(static offer => offer.Model));
        var error = await Assert.ThrowsAsync<DePinException>(() => Connection.CloseChannelAsync(new CloseChannelRequest(), new CallOptions()));
        Assert.Contains("no such channel", error.Message, StringComparison.Ordinal);
    }

    private async Task<IDuplexCall<ConsumerFrame, ProviderFrame>> StartAsync(string model, CallOptions? options = null, int payloadBytes = 0)
    {
        var call = await Connection.RunJobAsync(options ?? new CallOptions());
        await call.WriteAsync(new ConsumerFrame { Start = new JobStart { Model = model, Payload = ByteString.CopyFrom(new byte[payloadBytes]) } });
        return call;
    }
}
