using System.Diagnostics;
using DePin.Sdk.Hosting.Grpc;
using DePin.Sdk.Testing;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;
using Google.Protobuf;
using static DePin.Sdk.TestParts.DelegateProviderService;

namespace DePin.Sdk.IntegrationTests.Transport;

public sealed class HttpProviderConnectorTests
{
    private static readonly CallOptions NoOptions = new();

    [Fact]
    public async Task RunJobAsync_FramesBothWays_ArriveInOrderAndEndWell()
    {
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(EchoAsync));
        await using var connector = new HttpProviderConnector();
        await using var call = await connector.Connect(server.Address).RunJobAsync(NoOptions);
        for (int i = 1; i <= 300; i++)
        {
            await call.WriteAsync(Start(new string('m', i * 20)));
            Assert.Equal(i * 20, (await call.ReadAsync())!.Delta.OutputTokens);
        }

        await call.CompleteWritesAsync();
        Assert.Null(await call.ReadAsync());
        Assert.False(call.TryRead(out _));
        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task WriteAsync_FramesHeldBack_LeaveWithTheFlushOrWhenTheyAreMany()
    {
        var more = new TaskCompletionSource();
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(async (stream, _, token) =>
        {
            var buffered = (IBufferedDuplexCall<ProviderFrame, ConsumerFrame>)stream;
            await buffered.WriteAsync(Delta(1), flush: false, token);
            await buffered.WriteAsync(Delta(2), flush: true, token);
            await more.Task;
            await buffered.WriteAsync(Delta(3), flush: false, token);
            await buffered.FlushAsync(token);
            var large = new ProviderFrame { Delta = new JobDelta { OutputTokens = 4, Outputs = { ByteString.CopyFrom(new byte[40_000]) } } };
            await buffered.WriteAsync(large, flush: false, token);
            await stream.ReadAsync(token);
            await buffered.WriteAsync(Delta(5), flush: false, token);
        }));
        await using var connector = new HttpProviderConnector();
        await using var call = await connector.Connect(server.Address).RunJobAsync(NoOptions);
        Assert.Equal(1, (await call.ReadAsync())!.Delta.OutputTokens);
        Assert.Equal(2, (await call.ReadAsync())!.Delta.OutputTokens);
        Assert.False(call.TryRead(out _));
        more.SetResult();
        Assert.Equal(3, (await call.ReadAsync())!.Delta.OutputTokens);
        Assert.Equal(4, (await call.ReadAsync())!.Delta.OutputTokens);
        await call.CompleteWritesAsync();
        Assert.Equal(5, (await call.ReadAsync())!.Delta.OutputTokens);
        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task RunJobAsync_ServerEndsFirst_LateWritesAreDropped()
    {
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(static async (stream, _, token) => await stream.WriteAsync(Delta(1), token)));
        await using var connector = new HttpProviderConnector();
        await using var call = await connector.Connect(server.Address).RunJobAsync(NoOptions);
        Assert.NotNull(await call.ReadAsync());
        Assert.Null(await call.ReadAsync());
        await call.WriteAsync(Start("late"));
        await call.CompleteWritesAsync();
    }

    [Fact]
    public async Task UnaryCalls_LargeMessages_ComeBackWhole()
    {
        var offers = new ListOffersResponse();
        for (int i = 0; i < 200; i++)
        {
            offers.Offers.Add(new OfferMessage { Model = $"model-{i}", Endpoint = new string('e', 1000) });
        }

        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(EchoAsync) { ListOffers = _ => Task.FromResult(offers) });
        await using var connector = new HttpProviderConnector();
        var connection = connector.Connect(server.Address);
        Assert.Equal(offers, await connection.ListOffersAsync(NoOptions));
        var closed = await connection.CloseChannelAsync(new CloseChannelRequest { ChannelId = ByteString.CopyFrom(new byte[1_000_000]) }, NoOptions);
        Assert.Equal(1_000_000ul, closed.Settled.Low);
    }

    [Theory]
    [InlineData(1025, 0, DePinErrorCode.InvalidFrame)]
    [InlineData(100_000, 0, DePinErrorCode.InvalidFrame)]
    [InlineData(2_000_000, 0, DePinErrorCode.MessageTooLarge)]
    [InlineData(1, 300_000, DePinErrorCode.MessageTooLarge)]
    public async Task ListOffersAsync_MoreThanAProviderLists_IsRefused(int count, int length, DePinErrorCode code)
    {
        var offer = new OfferMessage { Model = new string('m', length) };
        var offers = new ListOffersResponse { Offers = { Enumerable.Repeat(offer, count) } };
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(EchoAsync) { ListOffers = _ => Task.FromResult(offers) });
        await using var connector = new HttpProviderConnector();

        var failure = await Assert.ThrowsAsync<DePinException>(() => connector.Connect(server.Address).ListOffersAsync(NoOptions));

        Assert.Equal((code, Fault.Provider), (failure.Code, failure.Fault));
    }

    [Fact]
    public async Task ReadAsync_ServiceThrows_EveryCodeComesBackAsItWas()
    {
        var errors = new Queue<DePinException>();
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(async (stream, _, token) =>
        {
            var error = errors.Dequeue();
            if (error.IsTransient)
            {
                await stream.WriteAsync(Delta(1), token);
            }

            throw error;
        }));
        await using var connector = new HttpProviderConnector();
        var connection = connector.Connect(server.Address);
        foreach (var code in Enum.GetValues<DePinErrorCode>())
        {
            foreach (bool afterAFrame in new[] { false, true })
            {
                errors.Enqueue(new DePinException(code, (Fault)((int)code % 4), $"100 % of Grüße\n{code}", afterAFrame));
                await using var call = await connection.RunJobAsync(NoOptions);
                if (afterAFrame)
                {
                    Assert.NotNull(await call.ReadAsync());
                }

                var error = await Assert.ThrowsAsync<DePinException>(async () => await call.ReadAsync());
                Assert.Equal((code, (Fault)((int)code % 4), afterAFrame, $"100 % of Grüße\n{code}"), (error.Code, error.Fault, error.IsTransient, error.Message));
            }
        }
    }

    [Fact]
    public async Task ReadAsync_ServiceThrowsForeignException_ProviderFailedWithoutItsText()
    {
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(static (_, _, _) => throw new InvalidOperationException("secret path")));
        await using var connector = new HttpProviderConnector();
        await using var call = await connector.Connect(server.Address).RunJobAsync(NoOptions);
        var error = await Assert.ThrowsAsync<DePinException>(async () => await call.ReadAsync());
        Assert.Equal((DePinErrorCode.ProviderFailed, Fault.Provider), (error.Code, error.Fault));
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisposeAsync_JobRuns_ProviderTokenCancelledAndItsReadsFail()
    {
        var seen = new TaskCompletionSource<DePinErrorCode>();
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(async (stream, _, token) =>
        {
            await stream.WriteAsync(Delta(1), token);
            var cancelled = new TaskCompletionSource();
            token.Register(cancelled.SetResult);
            var error = await Assert.ThrowsAsync<DePinException>(async () => await stream.ReadAsync(CancellationToken.None));
            await cancelled.Task;
            seen.SetResult(error.Code);
        }));
        await using var connector = new HttpProviderConnector();
        var call = await connector.Connect(server.Address).RunJobAsync(NoOptions);
        await call.ReadAsync();
        await call.DisposeAsync();
        Assert.Equal(DePinErrorCode.Unavailable, await seen.Task);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call.ReadAsync());
    }

    [Fact]
    public async Task ReadAsync_TokenCancelled_OperationCanceledAndTheStreamLives()
    {
        var go = new TaskCompletionSource();
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(async (stream, _, token) =>
        {
            await stream.WriteAsync(Delta(6), token);
            await go.Task;
            await stream.WriteAsync(Delta(7), token);
        }));
        await using var connector = new HttpProviderConnector();
        await using var call = await connector.Connect(server.Address).RunJobAsync(NoOptions);
        await call.ReadAsync();
        using var cancellation = new CancellationTokenSource();
        var pending = call.ReadAsync(cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pending);
        go.SetResult();
        Assert.Equal(7, (await call.ReadAsync())!.Delta.OutputTokens);
    }

    [Fact]
    public async Task ReadAsync_DeadlinePassesAtTheConsumer_TimeoutAndTheProviderIsCancelled()
    {
        var time = new ManualTimeProvider();
        var cancelled = new TaskCompletionSource();
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(async (stream, _, token) =>
        {
            token.Register(cancelled.SetResult);
            await stream.WriteAsync(Delta(1), token);
            await stream.ReadAsync(CancellationToken.None);
        }));
        await using var connector = new HttpProviderConnector(new HttpProviderConnectorOptions { TimeProvider = time });
        await using var call = await connector.Connect(server.Address).RunJobAsync(new CallOptions { Deadline = time.GetUtcNow().AddHours(1) });
        await call.ReadAsync();
        var pending = call.ReadAsync();
        time.Advance(TimeSpan.FromHours(2));
        await Assert.ThrowsAsync<TimeoutException>(async () => await pending);
        await Assert.ThrowsAsync<TimeoutException>(async () => await call.WriteAsync(Start("late")));
        await cancelled.Task;
    }

    [Fact]
    public async Task ReadAsync_DeadlinePassesAtTheProvider_Timeout()
    {
        var providerTime = new ManualTimeProvider();
        await using var server = await LoopbackServer.StartAsync(
            new DelegateProviderService(static async (stream, _, token) =>
            {
                await stream.WriteAsync(Delta(1), token);
                await stream.ReadAsync(token);
            }),
            time: providerTime);
        await using var connector = new HttpProviderConnector();
        await using var call = await connector.Connect(server.Address).RunJobAsync(new CallOptions { Deadline = DateTimeOffset.UtcNow.AddHours(1) });
        await call.ReadAsync();
        providerTime.Advance(TimeSpan.FromHours(2));
        await Assert.ThrowsAsync<TimeoutException>(async () => await call.ReadAsync());
    }

    [Fact]
    public async Task WriteAsync_MessageOverTheLimit_MessageTooLargeAtWhicheverSideNotices()
    {
        var big = Start(new string('m', 10_000));
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(EchoAsync), new GrpcServerLimits { MaxReceiveBytes = 1000 });
        await using var careful = new HttpProviderConnector(new HttpProviderConnectorOptions { MaxSendBytes = 1000 });
        await using var call = await careful.Connect(server.Address).RunJobAsync(NoOptions);
        var error = await Assert.ThrowsAsync<DePinException>(async () => await call.WriteAsync(big));
        Assert.Equal((DePinErrorCode.MessageTooLarge, Fault.Consumer), (error.Code, error.Fault));
        await call.WriteAsync(Start("small"));
        Assert.Equal(5, (await call.ReadAsync())!.Delta.OutputTokens);

        await using var careless = new HttpProviderConnector();
        await using var refused = await careless.Connect(server.Address).RunJobAsync(NoOptions);
        await refused.WriteAsync(big);
        error = await Assert.ThrowsAsync<DePinException>(async () => await refused.ReadAsync());
        Assert.Equal((DePinErrorCode.MessageTooLarge, Fault.Consumer), (error.Code, error.Fault));
    }

    [Fact]
    public async Task ReadAsync_MessageOverTheLimit_MessageTooLargeByTheProvider()
    {
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(static async (stream, _, token) =>
            await stream.WriteAsync(new ProviderFrame { Delta = new JobDelta { Outputs = { ByteString.CopyFrom(new byte[5000]) } } }, token)));
        await using var connector = new HttpProviderConnector(new HttpProviderConnectorOptions { MaxReceiveBytes = 4096 });
        await using var call = await connector.Connect(server.Address).RunJobAsync(NoOptions);
        var error = await Assert.ThrowsAsync<DePinException>(async () => await call.ReadAsync());
        Assert.Equal((DePinErrorCode.MessageTooLarge, Fault.Provider), (error.Code, error.Fault));
    }

    [Fact]
    public async Task WriteAsync_ReaderStandsStill_TheProviderWaitsAndResumes()
    {
        const int Frames = 5000;
        const int FrameBytes = 4000;
        using var wrote = new StepCounter();
        var stuck = new TaskCompletionSource<int>();
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(async (stream, _, token) =>
        {
            var frame = new ProviderFrame { Delta = new JobDelta { Outputs = { ByteString.CopyFrom(new byte[FrameBytes]) } } };
            for (int i = 0; i < Frames; i++)
            {
                var writing = stream.WriteAsync(frame, token).AsTask();
                if (await Task.WhenAny(writing, Task.Delay(TimeSpan.FromSeconds(2), token)) != writing)
                {
                    stuck.TrySetResult(i);
                }

                await writing;
                wrote.Add();
            }

            stuck.TrySetResult(Frames);
        }));
        await using var connector = new HttpProviderConnector();
        await using var call = await connector.Connect(server.Address).RunJobAsync(NoOptions);
        Assert.NotNull(await call.ReadAsync());

        // 20 MB in all; the window of the stream and the buffers at both ends hold less than 1 MB.
        int frames = await stuck.Task;
        Assert.InRange(frames * FrameBytes, 0, 1_000_000);
        for (int i = 1; i < Frames; i++)
        {
            Assert.NotNull(await call.ReadAsync());
        }

        Assert.Null(await call.ReadAsync());
        Assert.Equal(Frames, wrote.Count);
    }

    [Fact]
    public async Task RunJobAsync_ManyStreams_EachGetsItsOwnFrames()
    {
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(EchoAsync));
        await using var connector = new HttpProviderConnector();
        var connection = connector.Connect(server.Address);
        await Task.WhenAll(Enumerable.Range(1, 300).Select(async stream =>
        {
            await using var call = await connection.RunJobAsync(NoOptions);
            for (int i = 0; i < 20; i++)
            {
                await call.WriteAsync(Start(new string('m', stream)));
                Assert.Equal(stream, (await call.ReadAsync())!.Delta.OutputTokens);
            }

            await call.CompleteWritesAsync();
            Assert.Null(await call.ReadAsync());
        }));
    }

    [Fact]
    public async Task RunJobAsync_OverTls_WorksWithATrustedCertificateOnly()
    {
        using var certificate = TestCertificate.Create();
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(EchoAsync), certificate: certificate);
        using var trusting = new SocketsHttpHandler();
        trusting.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.GetCertHashString() == certificate.GetCertHashString();
        await using var connector = new HttpProviderConnector(new HttpProviderConnectorOptions { Handler = trusting });
        await using var call = await connector.Connect(server.Address).RunJobAsync(NoOptions);
        await call.WriteAsync(Start("four"));
        Assert.Equal(4, (await call.ReadAsync())!.Delta.OutputTokens);

        await using var strict = new HttpProviderConnector();
        await using var refused = await strict.Connect(server.Address).RunJobAsync(NoOptions);
        var error = await Assert.ThrowsAsync<DePinException>(async () => await refused.ReadAsync());
        Assert.Equal(DePinErrorCode.Unavailable, error.Code);
        Assert.Contains("certificate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunJobAsync_NobodyListens_UnavailableFromReadsAndWrites()
    {
        Uri gone;
        await using (var server = await LoopbackServer.StartAsync(new DelegateProviderService(EchoAsync)))
        {
            gone = server.Address;
        }

        await using var connector = new HttpProviderConnector();
        await using var call = await connector.Connect(gone).RunJobAsync(NoOptions);
        var error = await Assert.ThrowsAsync<DePinException>(async () => await call.ReadAsync());
        Assert.Equal((DePinErrorCode.Unavailable, Fault.Network, true), (error.Code, error.Fault, error.IsTransient));
        await Assert.ThrowsAsync<DePinException>(async () => await call.WriteAsync(Start("m")));
    }

    [Fact]
    public async Task ReadAsync_ServerStopsInTheMiddle_Unavailable()
    {
        var server = await LoopbackServer.StartAsync(new DelegateProviderService(static async (stream, _, token) =>
        {
            await stream.WriteAsync(Delta(1), token);
            await Task.Delay(Timeout.Infinite, token);
        }));
        await using var connector = new HttpProviderConnector();
        await using var call = await connector.Connect(server.Address).RunJobAsync(NoOptions);
        await call.ReadAsync();
        await server.DisposeAsync();
        var error = await Assert.ThrowsAsync<DePinException>(async () => await call.ReadAsync());
        Assert.Equal(DePinErrorCode.Unavailable, error.Code);
        Assert.True(error.IsTransient);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunJobAsync_ActivityRuns_ExactlyItsTraceParentArrives(bool ownHandler)
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        activity.TraceStateString = "vendor=1";
        var seen = new TaskCompletionSource<IReadOnlyDictionary<string, string>>();
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService((_, metadata, _) =>
        {
            seen.SetResult(metadata);
            return Task.CompletedTask;
        }));
        using var handler = new SocketsHttpHandler();
        await using var connector = new HttpProviderConnector(new HttpProviderConnectorOptions { Handler = ownHandler ? null : handler });
        await using var call = await connector.Connect(server.Address).RunJobAsync(new CallOptions { Metadata = [new("x-one", "1"), new("x-one", "2")] });
        var metadata = await seen.Task;
        Assert.Equal(activity.Id, metadata["traceparent"]);
        Assert.Equal("vendor=1", metadata["tracestate"]);
        Assert.Contains(metadata["x-one"], new[] { "1,2", "1, 2" });
        Assert.DoesNotContain(metadata.Keys, static name => name.StartsWith("grpc-", StringComparison.Ordinal) || name.StartsWith(':') || name is "te" or "content-type");
    }

    [Fact]
    public async Task RunJobAsync_TheServersOwnSpanIsRecorded_ItComesBetween()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        ActivityContext server = default;
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == activity.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStarted = started => server = started.Context,
        };
        ActivitySource.AddActivityListener(listener);
        var seen = new TaskCompletionSource<string>();
        await using var loopback = await LoopbackServer.StartAsync(new DelegateProviderService((_, metadata, _) =>
        {
            seen.SetResult(metadata["traceparent"]);
            return Task.CompletedTask;
        }));
        await using var connector = new HttpProviderConnector();
        await using var call = await connector.Connect(loopback.Address).RunJobAsync(NoOptions);
        Assert.True(ActivityContext.TryParse(await seen.Task, null, out var parent));
        Assert.Equal(activity.TraceId, parent.TraceId);
        Assert.Equal(server.SpanId, parent.SpanId);
        Assert.NotEqual(activity.SpanId, parent.SpanId);
    }

    [Theory]
    [InlineData("ftp://localhost")]
    [InlineData("inproc://localhost")]
    public async Task Connect_OtherScheme_Unsupported(string endpoint)
    {
        await using var connector = new HttpProviderConnector();
        var error = Assert.Throws<DePinException>(() => connector.Connect(new Uri(endpoint)));
        Assert.Equal(DePinErrorCode.Unsupported, error.Code);
    }

    [Fact]
    public void CreateHandler_Options_ArePassedOn()
    {
        using var handler = HttpProviderConnector.CreateHandler(new HttpProviderConnectorOptions
        {
            KeepAlivePingDelay = TimeSpan.FromSeconds(3),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(2),
            ConnectTimeout = TimeSpan.FromSeconds(7),
            IdleTimeout = TimeSpan.FromSeconds(9),
        });
        Assert.Equal(TimeSpan.FromSeconds(3), handler.KeepAlivePingDelay);
        Assert.Equal(TimeSpan.FromSeconds(2), handler.KeepAlivePingTimeout);
        Assert.Equal(TimeSpan.FromSeconds(7), handler.ConnectTimeout);
        Assert.Equal(TimeSpan.FromSeconds(9), handler.PooledConnectionIdleTimeout);
        Assert.True(handler.EnableMultipleHttp2Connections);
        Assert.Throws<ArgumentException>(() => new HttpProviderConnector(new HttpProviderConnectorOptions { MaxReceiveBytes = 0 }));
    }

    internal static async Task EchoAsync(IDuplexCall<ProviderFrame, ConsumerFrame> stream, IReadOnlyDictionary<string, string> metadata, CancellationToken token)
    {
        while (await stream.ReadAsync(token) is { } frame)
        {
            await stream.WriteAsync(Delta(frame.Start.Model.Length), token);
        }
    }
}
