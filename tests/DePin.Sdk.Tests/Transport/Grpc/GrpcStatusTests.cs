using DePin.Sdk.Transport.Grpc;

namespace DePin.Sdk.Tests.Transport.Grpc;

public sealed class GrpcStatusTests
{
    [Fact]
    public void FromException_EveryErrorCode_RoundTripsThroughTrailers()
    {
        foreach (var code in Enum.GetValues<DePinErrorCode>())
        {
            foreach (var fault in Enum.GetValues<Fault>())
            {
                foreach (bool transient in new[] { false, true })
                {
                    var status = GrpcStatus.FromException(new DePinException(code, fault, $"{code}: 100 % ✓", transient));
                    Assert.InRange(status.Code, GrpcStatusCode.Cancelled, GrpcStatusCode.Unauthenticated);
                    var error = Assert.IsType<DePinException>(Read(status.ToTrailers())!.ToException());
                    Assert.Equal((code, fault, $"{code}: 100 % ✓", transient), (error.Code, error.Fault, error.Message, error.IsTransient));
                }
            }
        }
    }

    [Fact]
    public void FromException_TimeoutsAndForeignExceptions_RoundTripAsWhatTheyAre()
    {
        Assert.IsType<TimeoutException>(Read(GrpcStatus.FromException(new TimeoutException("late")).ToTrailers())!.ToException());
        var stopped = Assert.IsType<DePinException>(Read(GrpcStatus.FromException(new OperationCanceledException()).ToTrailers())!.ToException());
        Assert.Equal((DePinErrorCode.Unavailable, true), (stopped.Code, stopped.IsTransient));
        var failed = Assert.IsType<DePinException>(Read(GrpcStatus.FromException(new FormatException("secret")).ToTrailers())!.ToException());
        Assert.Equal(DePinErrorCode.ProviderFailed, failed.Code);
        Assert.DoesNotContain("secret", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, DePinErrorCode.Unavailable, Fault.Provider, true)]
    [InlineData(2, DePinErrorCode.ProviderFailed, Fault.Provider, true)]
    [InlineData(3, DePinErrorCode.InvalidRequest, Fault.Consumer, false)]
    [InlineData(5, DePinErrorCode.ModelNotFound, Fault.Consumer, false)]
    [InlineData(6, DePinErrorCode.InvalidRequest, Fault.Consumer, false)]
    [InlineData(7, DePinErrorCode.InvalidRequest, Fault.Consumer, false)]
    [InlineData(8, DePinErrorCode.Overloaded, Fault.Provider, true)]
    [InlineData(9, DePinErrorCode.InvalidRequest, Fault.Consumer, false)]
    [InlineData(10, DePinErrorCode.Unavailable, Fault.Provider, true)]
    [InlineData(11, DePinErrorCode.InvalidRequest, Fault.Consumer, false)]
    [InlineData(12, DePinErrorCode.Unsupported, Fault.Provider, false)]
    [InlineData(13, DePinErrorCode.ProviderFailed, Fault.Provider, true)]
    [InlineData(14, DePinErrorCode.Unavailable, Fault.Network, true)]
    [InlineData(15, DePinErrorCode.ProviderFailed, Fault.Provider, true)]
    [InlineData(16, DePinErrorCode.InvalidSignature, Fault.Consumer, false)]
    [InlineData(99, DePinErrorCode.ProviderFailed, Fault.Provider, true)]
    public void ToException_StockStatus_MapsByTheTable(int number, DePinErrorCode code, Fault fault, bool transient)
    {
        var error = Assert.IsType<DePinException>(Read([new("grpc-status", $"{number}"), new("grpc-message", "why")])!.ToException());
        Assert.Equal((code, fault, transient), (error.Code, error.Fault, error.IsTransient));
        Assert.Contains("why", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("18", "Provider")] // a number is not a name
    [InlineData("Nonsense", "Provider")]
    [InlineData("Overloaded", "2")]
    [InlineData("Overloaded,Unavailable", "Provider")]
    public void FromTrailers_DetailIsNotOurs_TheStatusDecides(string code, string fault)
    {
        var status = Read([new("grpc-status", "3"), new("depin-code", code), new("depin-fault", fault), new("depin-transient", "true")])!;
        Assert.Null(status.Detail);
        Assert.Equal(DePinErrorCode.InvalidRequest, Assert.IsType<DePinException>(status.ToException()).Code);
    }

    [Fact]
    public void FromTrailers_NoStatusOrNoNumber_NullOrInvalidFrame()
    {
        Assert.Null(Read([]));
        Assert.Equal(DePinErrorCode.InvalidFrame, Assert.Throws<DePinException>(() => Read([new("grpc-status", "-1")])).Code);
        Assert.Equal(DePinErrorCode.InvalidFrame, Assert.Throws<DePinException>(() => Read([new("grpc-status", "99999999999")])).Code);
    }

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("100 %", "100 %25")]
    [InlineData("ü\n", "%C3%BC%0A")]
    [InlineData("😀", "%F0%9F%98%80")]
    public void MessageText_KnownText_EncodesAndDecodes(string text, string encoded)
    {
        Assert.Equal(encoded, GrpcMessageText.Encode(text));
        Assert.Equal(text, GrpcMessageText.Decode(encoded));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz1", "%zz1")]
    [InlineData("a%41%", "aA%")]
    [InlineData(null, "")]
    public void MessageText_NotWellEncoded_StaysAsItIs(string? encoded, string text) => Assert.Equal(text, GrpcMessageText.Decode(encoded));

    [Fact]
    public void MessageText_AnyText_RoundTripsCutToItsLimit()
    {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            var runes = Enumerable.Range(0, random.Next(600)).Select(_ => new System.Text.Rune(random.Next(4) == 0 ? random.Next(0x10000, 0x110000) : random.Next(1, 0xD800)));
            string text = string.Concat(runes.Select(static rune => rune.ToString()));
            string back = GrpcMessageText.Decode(GrpcMessageText.Encode(text));
            Assert.StartsWith(back, text, StringComparison.Ordinal);
            Assert.InRange(back.Length, Math.Min(text.Length, GrpcMessageText.MaxCharacters - 1), GrpcMessageText.MaxCharacters);
        }
    }

    private static GrpcStatus? Read(IEnumerable<KeyValuePair<string, string>> trailers)
    {
        var map = trailers.ToDictionary(static trailer => trailer.Key, static trailer => trailer.Value);
        Assert.All(map.Values, static value => Assert.False(value.AsSpan().ContainsAnyExceptInRange(' ', '~')));
        return GrpcStatus.FromTrailers(name => map.GetValueOrDefault(name));
    }
}
