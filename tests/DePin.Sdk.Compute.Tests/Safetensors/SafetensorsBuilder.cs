using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace DePin.Sdk.Compute.Tests.Safetensors;

/// <summary>Writes safetensors files, valid ones and, where a test asks for it, invalid ones.</summary>
internal sealed class SafetensorsBuilder
{
    private readonly List<(string Name, string Type, long[] Shape, byte[] Data)> _tensors = [];

    public ulong? HeaderLength { get; set; }

    public SafetensorsBuilder Add(string name, long[] shape, float[] values) =>
        Add(name, "F32", shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    public SafetensorsBuilder Add(string name, string type, long[] shape, byte[] data)
    {
        _tensors.Add((name, type, shape, data));
        return this;
    }

    public byte[] Build()
    {
        var entries = new List<string> { "\"__metadata__\":{\"format\":\"pt\"}" };
        long at = 0;
        foreach (var (name, type, shape, data) in _tensors)
        {
            entries.Add($"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{string.Join(",", shape)}],\"data_offsets\":[{at},{at + data.Length}]}}");
            at += data.Length;
        }

        return Build($"{{{string.Join(",", entries)}}}", HeaderLength, [.. _tensors.SelectMany(static t => t.Data)]);
    }

    public static byte[] Build(string header, ulong? length, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + json.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length ?? (ulong)json.Length);
        json.CopyTo(file, 8);
        data.CopyTo(file, 8 + json.Length);
        return file;
    }
}
