using System.Text.Json;
using DePin.Sdk.IntegrationTests.Transport;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;

namespace DePin.Sdk.IntegrationTests.Interop;

/// <summary>@grpc/grpc-js calls our server.</summary>
public sealed class StockClientTests
{
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyDictionary<string, string> _metadata = new Dictionary<string, string>();

    [NodeFact]
    public async Task Job_VouchersGoUp_DeltasComeDownAndTheStatusIsOk()
    {
        var lines = await RunAsync("job");
        var frames = lines.Where(static line => line.TryGetProperty("frame", out _)).ToList();
        Assert.Equal(Enumerable.Range(1, 50), frames.Select(static frame => frame.GetProperty("tokens").GetInt32()));
        Assert.Equal(0, Status(lines));
        Assert.Equal("stock", _metadata["x-consumer"]);
    }

    [NodeFact]
    public async Task Job_ServiceRefuses_StatusDetailsAndTrailersArrive()
    {
        foreach (string scenario in new[] { "error", "errorAfterFrame" })
        {
            var lines = await RunAsync(scenario);
            Assert.Equal(9, Status(lines));
            var last = lines[^1];
            Assert.Equal("Zahlen Sie 100 % — 支払い", last.GetProperty("details").GetString());
            var trailers = last.GetProperty("trailers");
            Assert.Equal("PaymentRequired", trailers.GetProperty("depin-code").GetString());
            Assert.Equal("Consumer", trailers.GetProperty("depin-fault").GetString());
            Assert.Equal("false", trailers.GetProperty("depin-transient").GetString());
        }
    }

    [NodeFact]
    public async Task Job_DeadlinePasses_DeadlineExceededAndTheServiceIsCancelled()
    {
        Assert.Equal(4, Status(await RunAsync("deadline")));
        await _cancelled.Task;
    }

    [NodeFact]
    public async Task Job_ClientCancels_TheServiceIsCancelled()
    {
        Assert.Equal(1, Status(await RunAsync("cancel")));
        await _cancelled.Task;
    }

    [NodeFact]
    public async Task Job_LargeMessages_TravelUpToTheLimit()
    {
        var lines = await RunAsync("large");
        Assert.Equal(700_000, lines.Single(static line => line.TryGetProperty("frame", out _)).GetProperty("outputs")[0].GetInt32());
        Assert.Equal(0, Status(lines));

        lines = await RunAsync("tooLarge");
        Assert.Equal(8, Status(lines));
        Assert.Equal("MessageTooLarge", lines[^1].GetProperty("trailers").GetProperty("depin-code").GetString());
    }

    [NodeFact]
    public async Task UnknownMethod_Called_Unimplemented() => Assert.Equal(12, Status(await RunAsync("unknownMethod")));

    [NodeFact]
    public async Task Compressed_Called_UnimplementedInWords()
    {
        var lines = await RunAsync("compressed");
        Assert.Equal(12, Status(lines));
        Assert.Contains("gzip", lines[^1].GetProperty("details").GetString(), StringComparison.Ordinal);
    }

    [NodeFact]
    public async Task Unary_Called_Answers()
    {
        var lines = await RunAsync("unary");
        Assert.Equal(2, lines[0].GetProperty("offers").GetInt32());
        Assert.Equal(32, lines[1].GetProperty("settled").GetInt32());
    }

    private static int Status(List<JsonElement> lines) => lines[^1].GetProperty("status").GetInt32();

    private async Task<List<JsonElement>> RunAsync(string scenario)
    {
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(ServeAsync)
        {
            ListOffers = static _ => Task.FromResult(new ListOffersResponse { Offers = { new OfferMessage(), new OfferMessage() } }),
        });
        await using var client = await NodePeer.StartAsync("grpc-client.mjs", server.Address.Authority, scenario);
        return await client.ReadAllAsync();
    }

    private async Task ServeAsync(IDuplexCall<ProviderFrame, ConsumerFrame> stream, IReadOnlyDictionary<string, string> metadata, CancellationToken token)
    {
        _metadata = metadata;
        var start = (await stream.ReadAsync(token))!.Start;
        switch (start.Model)
        {
            case "echo":
                while (await stream.ReadAsync(token) is { } frame)
                {
                    await stream.WriteAsync(DelegateProviderService.Delta((long)frame.Voucher.Cumulative.Low), token);
                }

                break;
            case "large":
                await stream.WriteAsync(new ProviderFrame { Delta = new JobDelta { Outputs = { start.Payload } } }, token);
                break;
            case "error-after-frame":
                await stream.WriteAsync(DelegateProviderService.Delta(1), token);
                goto case "error";
            case "error":
                throw new DePinException(DePinErrorCode.PaymentRequired, Fault.Consumer, "Zahlen Sie 100 % — 支払い");
            case "hang":
                token.Register(() => _cancelled.TrySetResult());
                await stream.WriteAsync(DelegateProviderService.Delta(1), token);
                await Task.Delay(Timeout.Infinite, token);
                break;
        }
    }
}
