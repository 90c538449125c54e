using System.Diagnostics;
using DePin.Sdk.Testing;
using DePin.Sdk.Transport;
using DePin.Sdk.Transport.InProcess;
using DePin.Sdk.Wire;
using static DePin.Sdk.TestParts.DelegateProviderService;

namespace DePin.Sdk.Tests.Transport;

public sealed class InProcessConnectorTests
{
    private static readonly CallOptions NoOptions = new();

    [Fact]
    public async Task RunJobAsync_FramesBothWays_ArriveInOrderAndEndWell()
    {
        await using var connector = new InProcessConnector();
        var endpoint = connector.Register("alpha", new DelegateProviderService(static async (stream, _, token) =>
        {
            while (await stream.ReadAsync(token) is { } frame)
            {
                await stream.WriteAsync(Delta(frame.Start.Model.Length), token);
            }
        }));

        await using var call = await connector.Connect(endpoint).RunJobAsync(NoOptions);
        for (int i = 1; i <= 100; i++)
        {
            await call.WriteAsync(Start(new string('m', i)));
            Assert.Equal(i, (await call.ReadAsync())!.Delta.OutputTokens);
        }

        await call.CompleteWritesAsync();
        Assert.Null(await call.ReadAsync());
        Assert.False(call.TryRead(out _));
    }

    [Fact]
    public async Task WriteAsync_ReaderStandsStill_WaitsAfterCapacity()
    {
        using var wrote = new StepCounter();
        await using var connector = new InProcessConnector();
        var endpoint = connector.Register("alpha", new DelegateProviderService(async (stream, _, token) =>
        {
            for (int i = 0; i < 1000; i++)
            {
                await stream.WriteAsync(Delta(i), token);
                wrote.Add();
            }
        }));

        await using var call = await connector.Connect(endpoint).RunJobAsync(NoOptions);
        await wrote.WaitAsync(InProcessStream.Capacity);
        Assert.Equal(InProcessStream.Capacity, wrote.Count);
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(i, (await call.ReadAsync())!.Delta.OutputTokens);
            Assert.InRange(wrote.Count, 0, i + 1 + InProcessStream.Capacity + 1);
        }

        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task ReadAsync_ServiceThrowsDePinException_SameExceptionAfterBufferedFrames()
    {
        var thrown = new DePinException(DePinErrorCode.PaymentRequired, Fault.Consumer, "pay", isTransient: false);
        await using var connector = new InProcessConnector();
        var endpoint = connector.Register("alpha", new DelegateProviderService(async (stream, _, token) =>
        {
            await stream.WriteAsync(Delta(1), token);
            throw thrown;
        }));

        await using var call = await connector.Connect(endpoint).RunJobAsync(NoOptions);
        Assert.NotNull(await call.ReadAsync());
        Assert.Same(thrown, await Assert.ThrowsAsync<DePinException>(async () => await call.ReadAsync()));
        Assert.Same(thrown, await Assert.ThrowsAsync<DePinException>(async () => await call.WriteAsync(Start("m"))));
    }

    [Fact]
    public async Task ReadAsync_ServiceThrowsForeignException_ProviderFailedWithoutItsText()
    {
        await using var connector = new InProcessConnector();
        var endpoint = connector.Register("alpha", new DelegateProviderService(static (_, _, _) => throw new InvalidOperationException("secret path")));

        await using var call = await connector.Connect(endpoint).RunJobAsync(NoOptions);
        var error = await Assert.ThrowsAsync<DePinException>(async () => await call.ReadAsync());
        Assert.Equal(DePinErrorCode.ProviderFailed, error.Code);
        Assert.Equal(Fault.Provider, error.Fault);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(error.InnerException);
    }

    [Fact]
    public async Task DisposeAsync_JobRuns_ProviderTokenCancelledAndItsCallsFail()
    {
        var seen = new TaskCompletionSource<DePinErrorCode>();
        await using var connector = new InProcessConnector();
        var endpoint = connector.Register("alpha", new DelegateProviderService(async (stream, _, token) =>
        {
            var cancelled = new TaskCompletionSource();
            await using var registration = token.Register(() => cancelled.SetResult());
            await stream.WriteAsync(Delta(1), token);
            await cancelled.Task;
            var error = await Assert.ThrowsAsync<DePinException>(async () => await stream.ReadAsync(CancellationToken.None));
            seen.SetResult(error.Code);
        }));

        var call = await connector.Connect(endpoint).RunJobAsync(NoOptions);
        await call.ReadAsync();
        await call.DisposeAsync();
        Assert.Equal(DePinErrorCode.Unavailable, await seen.Task);
    }

    [Fact]
    public async Task Unregister_CallsRun_AllFailUnavailableAndAnotherProviderMayRegister()
    {
        await using var connector = new InProcessConnector();
        var endpoint = connector.Register("alpha", new DelegateProviderService(static async (stream, _, token) =>
        {
            await stream.WriteAsync(Delta(1), token);
            await Task.Delay(Timeout.Infinite, token);
        }));
        var connection = connector.Connect(endpoint);
        await using var first = await connection.RunJobAsync(NoOptions);
        await using var second = await connection.RunJobAsync(NoOptions);
        await first.ReadAsync();
        await second.ReadAsync();

        Assert.True(connector.Unregister(endpoint));
        foreach (var call in new[] { first, second, await connection.RunJobAsync(NoOptions) })
        {
            var error = await Assert.ThrowsAsync<DePinException>(async () => await call.ReadAsync());
            Assert.Equal((DePinErrorCode.Unavailable, Fault.Network, true), (error.Code, error.Fault, error.IsTransient));
        }

        Assert.False(connector.Unregister(endpoint));
        connector.Register(endpoint, new DelegateProviderService(static (_, _, _) => Task.CompletedTask));
        await using var again = await connection.RunJobAsync(NoOptions);
        Assert.Null(await again.ReadAsync());
    }

    [Fact]
    public async Task RunJobAsync_ActivityRuns_TraceParentTravelsAndNothingAmbientDoes()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        activity.TraceStateString = "vendor=1";
        var seen = new TaskCompletionSource<(IReadOnlyDictionary<string, string> Metadata, Activity? Ambient)>();
        await using var connector = new InProcessConnector();
        var endpoint = connector.Register("alpha", new DelegateProviderService((_, metadata, _) =>
        {
            seen.SetResult((metadata, Activity.Current));
            return Task.CompletedTask;
        }));

        await using var call = await connector.Connect(endpoint).RunJobAsync(new CallOptions { Metadata = [new("x-one", "1"), new("x-one", "2")] });
        var (metadata, ambient) = await seen.Task;
        Assert.Null(ambient);
        Assert.Equal(activity.Id, metadata["traceparent"]);
        Assert.Equal("vendor=1", metadata["tracestate"]);
        Assert.Equal("1,2", metadata["x-one"]);
    }

    [Fact]
    public async Task ReadAsync_DeadlinePasses_TimeoutAndProviderTokenCancelled()
    {
        var time = new ManualTimeProvider();
        var cancelled = new TaskCompletionSource();
        await using var connector = new InProcessConnector(time);
        var endpoint = connector.Register("alpha", new DelegateProviderService(async (stream, _, token) =>
        {
            token.Register(() => cancelled.SetResult());
            await stream.WriteAsync(Delta(1), CancellationToken.None);
            await stream.ReadAsync(CancellationToken.None);
        }));

        await using var call = await connector.Connect(endpoint).RunJobAsync(new CallOptions { Deadline = time.GetUtcNow().AddSeconds(5) });
        await call.ReadAsync();
        var pending = call.ReadAsync();
        time.Advance(TimeSpan.FromSeconds(6));
        await Assert.ThrowsAsync<TimeoutException>(async () => await pending);
        await cancelled.Task;
    }

    [Fact]
    public async Task RunJobAsync_DeadlineAlreadyPassed_Timeout()
    {
        var time = new ManualTimeProvider();
        await using var connector = new InProcessConnector(time);
        var connection = connector.Connect(new Uri("inproc://nobody"));
        await Assert.ThrowsAsync<TimeoutException>(async () => await connection.RunJobAsync(new CallOptions { Deadline = time.GetUtcNow() }));
    }

    [Fact]
    public async Task ReadAsync_TokenCancelled_OperationCanceledAndTheStreamLives()
    {
        var go = new TaskCompletionSource();
        await using var connector = new InProcessConnector();
        var endpoint = connector.Register("alpha", new DelegateProviderService(async (stream, _, token) =>
        {
            await go.Task;
            await stream.WriteAsync(Delta(7), token);
        }));

        await using var call = await connector.Connect(endpoint).RunJobAsync(NoOptions);
        using var cancellation = new CancellationTokenSource();
        var pending = call.ReadAsync(cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pending);
        go.SetResult();
        Assert.Equal(7, (await call.ReadAsync())!.Delta.OutputTokens);
    }

    [Fact]
    public async Task UnaryCalls_ServiceAnswersFailsOrHangs_CallerIsTold()
    {
        var time = new ManualTimeProvider();
        var started = new TaskCompletionSource();
        await using var connector = new InProcessConnector(time);
        var endpoint = connector.Register("alpha", new DelegateProviderService(static (_, _, _) => Task.CompletedTask)
        {
            ListOffers = static _ => throw new DePinException(DePinErrorCode.Overloaded, Fault.Provider, "full", isTransient: true),
        });
        var hanging = connector.Register("beta", new DelegateProviderService(static (_, _, _) => Task.CompletedTask)
        {
            ListOffers = _ =>
            {
                started.SetResult();
                return new TaskCompletionSource<ListOffersResponse>().Task;
            },
        });

        var connection = connector.Connect(endpoint);
        var response = await connection.CloseChannelAsync(new CloseChannelRequest { ChannelId = Google.Protobuf.ByteString.CopyFrom(new byte[32]) }, NoOptions);
        Assert.Equal(32ul, response.Settled.Low);
        var error = await Assert.ThrowsAsync<DePinException>(() => connection.ListOffersAsync(NoOptions));
        Assert.Equal(DePinErrorCode.Overloaded, error.Code);

        var pending = connector.Connect(hanging).ListOffersAsync(new CallOptions { Deadline = time.GetUtcNow().AddSeconds(1) });
        await started.Task;
        time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<TimeoutException>(() => pending);
    }

    [Theory]
    [InlineData("UPPER", "x")]
    [InlineData("grpc-timeout", "x")]
    [InlineData("", "x")]
    [InlineData("x", "line\nbreak")]
    [InlineData("x", "é")]
    public async Task RunJobAsync_MetadataThatCannotTravel_ArgumentException(string name, string value)
    {
        await using var connector = new InProcessConnector();
        var connection = connector.Connect(new Uri("inproc://alpha"));
        await Assert.ThrowsAsync<ArgumentException>(async () => await connection.RunJobAsync(new CallOptions { Metadata = [new(name, value)] }));
    }

    [Fact]
    public async Task Connect_OtherScheme_Unsupported()
    {
        await using var connector = new InProcessConnector();
        var error = Assert.Throws<DePinException>(() => connector.Connect(new Uri("http://localhost")));
        Assert.Equal(DePinErrorCode.Unsupported, error.Code);
        Assert.Throws<ArgumentException>(() => connector.Register("two words", new DelegateProviderService(static (_, _, _) => Task.CompletedTask)));
    }
}
