using System.Diagnostics;
using System.Diagnostics.Metrics;
using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Tests.Rpc;

namespace DePin.Sdk.Chains.Tests.Diagnostics;

public sealed class RpcTelemetryTests
{
    // Sources and meters are shared with the tests that run beside this one; the method tells its own apart.
    private const string Method = "test_telemetry";

    [Fact]
    public async Task Exchange_NodeRefuses_IsASpanWithTheKindAndWithoutAddresses()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ChainsTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if ((string?)span.GetTagItem("rpc.method") == Method)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        await FailAsync();

        var span = Assert.Single(spans);
        Assert.Equal("depin.chains.rpc", span.OperationName);
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal("InsufficientFunds", span.GetTagItem("error.type"));
        Assert.Equal(["depin.chains.rpc.batch_size", "error.type", "rpc.method", "rpc.system"], span.TagObjects.Select(tag => tag.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Exchange_NodeRefuses_IsCountedByMethodAndKind()
    {
        var measured = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ChainsTelemetry.Name && instrument.Name.StartsWith("depin.chains.rpc", StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value >= 0 ? 1 : -1, tags));
        listener.Start();

        await FailAsync();

        Assert.Equal(
            ["depin.chains.rpc.duration 1 rpc.method=test_telemetry error.type=InsufficientFunds", "depin.chains.rpc.errors 1 rpc.method=test_telemetry error.type=InsufficientFunds"],
            measured.Order(StringComparer.Ordinal));

        void Note(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string text = string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
            if (text.Contains(Method, StringComparison.Ordinal))
            {
                lock (measured)
                {
                    measured.Add($"{instrument.Name} {value} {text}");
                }
            }
        }
    }

    [Fact]
    public async Task Exchange_SolanaNodeRefuses_IsASpanWithTheKindAndWithoutAddresses()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ChainsTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if ((string?)span.GetTagItem("rpc.method") == "testTelemetry")
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        var node = new FakeNode(_ => FakeNode.Error(-32010, "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA excluded from account secondary indexes"));
        await Assert.ThrowsAsync<SolanaRpcException>(() => new SolanaClient(node).InvokeAsync(new JsonRpcRequest("testTelemetry")));

        var span = Assert.Single(spans);
        Assert.Equal("depin.chains.rpc", span.OperationName);
        Assert.Equal("MethodUnavailable", span.GetTagItem("error.type"));
        Assert.DoesNotContain(span.TagObjects, tag => tag.Value?.ToString()?.Contains("Token", StringComparison.Ordinal) == true);
    }

    private static Task FailAsync()
    {
        var node = new FakeNode(_ => FakeNode.Error(-32000, "insufficient funds for transfer of 0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"));
        return Assert.ThrowsAsync<EvmRpcException>(() => new EvmClient(node).InvokeAsync(new JsonRpcRequest(Method)));
    }
}
