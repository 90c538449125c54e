using DePin.Sdk.Transport.Grpc;

namespace DePin.Sdk.Tests.Transport.Grpc;

public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1H", 3600_000_000)]
    [InlineData("2M", 120_000_000)]
    [InlineData("3S", 3_000_000)]
    [InlineData("4m", 4_000)]
    [InlineData("5u", 5)]
    [InlineData("6000n", 6)]
    [InlineData("99999999S", 99_999_999_000_000)]
    public void TryParse_Valid_IsTheTime(string text, long microseconds)
    {
        Assert.True(GrpcTimeout.TryParse(text, out var timeout));
        Assert.Equal(TimeSpan.FromMicroseconds(microseconds), timeout);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1.5S")]
    [InlineData("100000000S")]
    [InlineData("١S")]
    public void TryParse_Invalid_IsRefused(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    [Fact]
    public void Format_AnyTime_ParsesBackToNoLessAndLittleMore()
    {
        var random = new Random(2);
        for (int i = 0; i < 10_000; i++)
        {
            var timeout = TimeSpan.FromTicks(1 + (long)Math.Pow(10, random.NextDouble() * 13.5));
            string text = GrpcTimeout.Format(timeout);
            Assert.InRange(text.Length, 2, 9);
            Assert.True(GrpcTimeout.TryParse(text, out var back));
            Assert.InRange(back, timeout, timeout * 1.001 + TimeSpan.FromMicroseconds(1));
        }
    }
}
