using System.Runtime.InteropServices;
using DePin.Sdk.Wire;
using Google.Protobuf;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Jobs;

/// <summary>The payload and the outputs of a job of kind <see cref="JobKinds.Embeddings"/>.</summary>
internal static class EmbeddingJobCodec
{
    /// <summary>Writes a payload.</summary>
    public static byte[] Encode(IEnumerable<string> inputs, int? dimensions)
    {
        var job = new EmbeddingJob();
        job.Inputs.AddRange(inputs);
        if (dimensions is { } length)
        {
            job.Dimensions = length;
        }

        return job.ToByteArray();
    }

    /// <summary>Reads a payload.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidFrame"/> or <see cref="DePinErrorCode.InvalidRequest"/>.</exception>
    public static EmbeddingRequest Decode(ReadOnlySpan<byte> payload)
    {
        var fault = PayloadFault.Request;
        var job = Parse(EmbeddingJob.Parser, payload, PayloadLimits.MaxPayloadBytes, PayloadLimits.MaxEmbeddingInputs, fault);
        if (job.Inputs.Count == 0)
        {
            throw fault.Invalid("inputs", "has no entry; send at least one text");
        }

        if (job.HasDimensions && job.Dimensions is < 1 or > PayloadLimits.MaxDimensions)
        {
            throw fault.Invalid("dimensions", $"is {job.Dimensions}; 1 to {PayloadLimits.MaxDimensions} are allowed");
        }

        return new EmbeddingRequest([.. job.Inputs], job.HasDimensions ? job.Dimensions : null);
    }

    /// <summary>Writes the vectors of some inputs, in order, as one output.</summary>
    public static ReadOnlyMemory<byte> EncodeOutput(IEnumerable<Embedding<float>> embeddings)
    {
        var delta = new EmbeddingDelta();
        foreach (var embedding in embeddings)
        {
            var vector = new EmbeddingVector();
            vector.Values.AddRange(MemoryMarshal.ToEnumerable(embedding.Vector));
            delta.Vectors.Add(vector);
        }

        return delta.ToByteArray();
    }

    /// <summary>Reads an output.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidFrame"/>, the provider's fault.</exception>
    public static IReadOnlyList<Embedding<float>> DecodeOutput(ReadOnlySpan<byte> output)
    {
        var fault = PayloadFault.Output;
        var delta = Parse(EmbeddingDelta.Parser, output, PayloadLimits.MaxPayloadBytes, PayloadLimits.MaxEmbeddingInputs, fault);
        var embeddings = new List<Embedding<float>>(delta.Vectors.Count);
        foreach (var vector in delta.Vectors)
        {
            if (vector.Values.Count is 0 or > PayloadLimits.MaxDimensions)
            {
                throw fault.Invalid("vectors", $"holds one of {vector.Values.Count} numbers; 1 to {PayloadLimits.MaxDimensions} are allowed");
            }

            var values = new float[vector.Values.Count];
            vector.Values.CopyTo(values, 0);
            embeddings.Add(new Embedding<float>(values));
        }

        return embeddings;
    }

    private static T Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes, int maxBytes, int maxEntries, PayloadFault fault)
        where T : IMessage<T>
    {
        if (bytes.Length > maxBytes)
        {
            throw fault.Invalid("its size", $"is {bytes.Length} bytes; at most {maxBytes} are allowed");
        }

        WireCount.Check(bytes, depth: 0, maxEntries, fault);
        try
        {
            return WireParser.Parse(parser, bytes);
        }
        catch (InvalidDataException problem)
        {
            throw fault.Malformed(problem);
        }
    }
}
