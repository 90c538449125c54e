using System.Diagnostics;
using System.Globalization;
using System.Net;
using DePin.Sdk.Hosting;
using DePin.Sdk.Hosting.Grpc;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Benchmarks;

/// <summary>
/// What the transport alone adds to a streamed token, at full speed and at a model's pace, over loopback HTTP/2 and in process. Allocations count the
/// messages of both sides. Run with <c>stream [frames]</c>.
/// </summary>
internal static class JobStreamBenchmark
{
    public static async Task RunAsync(string[] args)
    {
        int frames = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200_000;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static options => options.ListenForDePin(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        var provider = new TokenSource();
        app.MapProviderService(_ => provider);
        await app.StartAsync();
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        await using var http = new HttpProviderConnector();
        await using var inProcess = new InProcessConnector();
        (string Name, IProviderConnection Connection)[] ways =
            [("in process", inProcess.Connect(inProcess.Register("bench", provider))), ("HTTP/2", http.Connect(address))];
        foreach (int streams in new[] { 1, 64 })
        {
            foreach (var pause in new[] { TimeSpan.Zero, TimeSpan.FromMilliseconds(2) })
            {
                foreach (var (name, connection) in ways)
                {
                    int each = pause == TimeSpan.Zero ? frames / streams : 1000;
                    await MeasureAsync(connection, streams, each / 10, pause);
                    var (elapsed, allocated, delays) = await MeasureAsync(connection, streams, each, pause);
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name,-10} {streams,2} streams, {(pause == TimeSpan.Zero ? "full speed" : "paced"),-10}: {delays.Length / elapsed.TotalSeconds,9:N0} frames/s, {allocated / (double)delays.Length,5:N0} B/frame, delay p50 {delays[delays.Length / 2],7:N0} us, p99 {delays[delays.Length * 99L / 100],7:N0} us"));
                }
            }
        }

        await app.StopAsync();
    }

    private static async Task<(TimeSpan Elapsed, long Allocated, double[] Delays)> MeasureAsync(IProviderConnection connection, int streams, int frames, TimeSpan pause)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        double[][] delays = await Task.WhenAll(Enumerable.Range(0, streams).Select(_ => Task.Run(async () =>
        {
            double[] own = new double[frames];
            int count = 0;
            await using var call = await connection.RunJobAsync(new CallOptions());
            await call.WriteAsync(new ConsumerFrame { Start = new JobStart { Kind = frames.ToString(CultureInfo.InvariantCulture), DeadlineUnixMs = (long)pause.TotalMilliseconds } });
            while (await call.ReadAsync() is { } frame)
            {
                own[count++] = Stopwatch.GetElapsedTime(frame.Delta.InputTokens).TotalMicroseconds;
            }

            return own;
        })));
        return (watch.Elapsed, GC.GetTotalAllocatedBytes(precise: true) - before, [.. delays.SelectMany(static own => own).Order()]);
    }

    /// <summary>Writes as many deltas as the job's kind says, each with the time at which it was written.</summary>
    private sealed class TokenSource : IProviderService
    {
        private static readonly ByteString Text = ByteString.CopyFrom(new byte[20]);

        public async Task RunJobAsync(IDuplexCall<ProviderFrame, ConsumerFrame> stream, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken)
        {
            var start = (await stream.ReadAsync(cancellationToken))!.Start;
            int frames = int.Parse(start.Kind, CultureInfo.InvariantCulture);
            using var pace = start.DeadlineUnixMs > 0 ? new PeriodicTimer(TimeSpan.FromMilliseconds(start.DeadlineUnixMs)) : null;
            for (int i = 0; i < frames; i++)
            {
                if (pace is not null)
                {
                    await pace.WaitForNextTickAsync(cancellationToken);
                }

                var delta = new JobDelta { OutputTokens = i, AmountDue = new U128 { Low = (ulong)i }, InputTokens = Stopwatch.GetTimestamp() };
                delta.Outputs.Add(Text);
                await stream.WriteAsync(new ProviderFrame { Delta = delta }, cancellationToken);
            }
        }

        public Task<ListOffersResponse> ListOffersAsync(ListOffersRequest request, CancellationToken cancellationToken) => Task.FromResult(new ListOffersResponse());

        public Task<CloseChannelResponse> CloseChannelAsync(CloseChannelRequest request, CancellationToken cancellationToken) => Task.FromResult(new CloseChannelResponse());
    }
}
