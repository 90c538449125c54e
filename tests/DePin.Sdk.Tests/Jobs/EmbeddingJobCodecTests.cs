using DePin.Sdk.Jobs;
using DePin.Sdk.Wire;
using Google.Protobuf;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Jobs;

public sealed class EmbeddingJobCodecTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(64)]
    public void Decode_EncodedJob_IsTheSame(int? dimensions)
    {
        var read = EmbeddingJobCodec.Decode(EmbeddingJobCodec.Encode(["a", "", "日本語"], dimensions));
        Assert.Equal(["a", "", "日本語"], read.Inputs);
        Assert.Equal(dimensions, read.Dimensions);
    }

    [Fact]
    public void DecodeOutput_EncodedVectors_AreTheSame()
    {
        var read = EmbeddingJobCodec.DecodeOutput(EmbeddingJobCodec.EncodeOutput([new(new float[] { 1, -2.5f }), new(new float[] { float.Epsilon })]).Span);
        Assert.Equal([1, -2.5f], read[0].Vector.ToArray());
        Assert.Equal([float.Epsilon], read[1].Vector.ToArray());
    }

    [Fact]
    public void Decode_BadJobs_AreInvalidRequests()
    {
        Assert.Equal(DePinErrorCode.InvalidRequest, Assert.Throws<DePinException>(() => EmbeddingJobCodec.Decode(EmbeddingJobCodec.Encode([], null))).Code);
        Assert.Equal(DePinErrorCode.InvalidRequest, Assert.Throws<DePinException>(() => EmbeddingJobCodec.Decode(EmbeddingJobCodec.Encode(["a"], 0))).Code);
        Assert.Equal(
            DePinErrorCode.InvalidRequest,
            Assert.Throws<DePinException>(() => EmbeddingJobCodec.Decode(EmbeddingJobCodec.Encode(Enumerable.Repeat("a", PayloadLimits.MaxEmbeddingInputs + 1), null))).Code);
    }

    [Fact]
    public void DecodeOutput_EmptyVector_IsTheProvidersFault() =>
        Assert.Equal(Fault.Provider, Assert.Throws<DePinException>(() => EmbeddingJobCodec.DecodeOutput(new EmbeddingDelta { Vectors = { new EmbeddingVector() } }.ToByteArray())).Fault);

    [Fact]
    public void Decode_MutatedMessages_ReadOrFailTyped()
    {
        Assert.Equal(10_000, Mutations.Run(new Random(13), [EmbeddingJobCodec.Encode(["first", "second"], 8)], 10_000, b => EmbeddingJobCodec.Decode(b)));
        var output = EmbeddingJobCodec.EncodeOutput([new(new float[] { 1, 2, 3 }), new(new float[] { 4, 5 })]).ToArray();
        Assert.Equal(10_000, Mutations.Run(new Random(14), [output], 10_000, b => EmbeddingJobCodec.DecodeOutput(b)));
    }
}
