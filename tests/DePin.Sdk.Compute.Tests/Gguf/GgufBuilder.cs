using System.Text;
using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Tests.Gguf;

/// <summary>Writes GGUF files, valid ones and, where a test asks for it, invalid ones.</summary>
internal sealed class GgufBuilder
{
    private readonly List<byte[]> _entries = [];
    private readonly List<(string Name, GgufTensorType Type, ulong[] Shape, byte[] Data)> _tensors = [];

    public uint Version { get; set; } = 3;

    public ulong? TensorCount { get; set; }

    public ulong? EntryCount { get; set; }

    public int Alignment { get; set; } = 32;

    public GgufBuilder Add(string key, object value)
    {
        var (type, payload) = Encode(value);
        return AddRaw(key, type, payload);
    }

    public GgufBuilder AddRaw(string key, uint type, byte[] payload) => AddRaw(Encoding.UTF8.GetBytes(key), type, payload);

    public GgufBuilder AddRaw(byte[] key, uint type, byte[] payload)
    {
        _entries.Add([.. BitConverter.GetBytes((ulong)key.Length), .. key, .. BitConverter.GetBytes(type), .. payload]);
        return this;
    }

    public GgufBuilder AddTensor(string name, GgufTensorType type, ulong[] shape, byte[] data)
    {
        _tensors.Add((name, type, shape, data));
        return this;
    }

    public GgufBuilder AddTensor(string name, int[] shape, float[] values) =>
        AddTensor(name, GgufTensorType.F32, [.. shape.Select(s => (ulong)s)], values.SelectMany(BitConverter.GetBytes).ToArray());

    /// <summary>The file; offsets can be changed on the way.</summary>
    public byte[] Build(Func<string, ulong, ulong>? offset = null)
    {
        var stream = new MemoryStream();
        var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write(TensorCount ?? (ulong)_tensors.Count);
        writer.Write(EntryCount ?? (ulong)_entries.Count);
        foreach (byte[] entry in _entries)
        {
            writer.Write(entry);
        }

        ulong at = 0;
        foreach (var (name, type, shape, data) in _tensors)
        {
            writer.Write(Text(name));
            writer.Write((uint)shape.Length);
            foreach (ulong extent in shape)
            {
                writer.Write(extent);
            }

            writer.Write((uint)type);
            writer.Write(offset?.Invoke(name, at) ?? at);
            at += (ulong)Pad(data.Length);
        }

        writer.Write(new byte[Pad((int)stream.Length) - (int)stream.Length]);
        foreach (var (_, _, _, data) in _tensors)
        {
            writer.Write(data);
            writer.Write(new byte[Pad(data.Length) - data.Length]);
        }

        return stream.ToArray();
    }

    /// <summary>The same model in shards: the first has the metadata, and the tensors go round.</summary>
    public byte[][] BuildShards(int count)
    {
        var shards = Enumerable.Range(0, count).Select(_ => new GgufBuilder { Version = Version }).ToArray();
        shards[0]._entries.AddRange(_entries);
        for (int i = 0; i < _tensors.Count; i++)
        {
            shards[i % count]._tensors.Add(_tensors[i]);
        }

        return [.. shards.Select((shard, i) => shard
            .Add("split.no", (ushort)i).Add("split.count", (ushort)count).Add("split.tensors.count", _tensors.Count).Build())];
    }

    public static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return [.. BitConverter.GetBytes((ulong)bytes.Length), .. bytes];
    }

    public static byte[] Array(uint elementType, ulong count, params byte[][] elements) =>
        [.. BitConverter.GetBytes(elementType), .. BitConverter.GetBytes(count), .. elements.SelectMany(static e => e)];

    private static (uint Type, byte[] Payload) Encode(object value) => value switch
    {
        byte v => (0, [v]),
        sbyte v => (1, [(byte)v]),
        ushort v => (2, BitConverter.GetBytes(v)),
        short v => (3, BitConverter.GetBytes(v)),
        uint v => (4, BitConverter.GetBytes(v)),
        int v => (5, BitConverter.GetBytes(v)),
        float v => (6, BitConverter.GetBytes(v)),
        bool v => (7, [v ? (byte)1 : (byte)0]),
        string v => (8, Text(v)),
        ulong v => (10, BitConverter.GetBytes(v)),
        long v => (11, BitConverter.GetBytes(v)),
        double v => (12, BitConverter.GetBytes(v)),
        string[] v => (9, Array(8, (ulong)v.Length, [.. v.Select(Text)])),
        float[] v => (9, Array(6, (ulong)v.Length, [.. v.Select(BitConverter.GetBytes)])),
        int[] v => (9, Array(5, (ulong)v.Length, [.. v.Select(BitConverter.GetBytes)])),
        _ => throw new ArgumentException("unknown type"),
    };

    private int Pad(int length) => (length + Alignment - 1) / Alignment * Alignment;
}
