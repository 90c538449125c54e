using System.Text;

namespace DePin.Sdk.Tools.SyntheticModel;

/// <summary>Writes a GGUF file, version 3: the header at once, the weights as they are made.</summary>
internal sealed class GgufWriter : IDisposable
{
    private const int Alignment = 32;
    private const int BufferBytes = 1 << 22;

    private readonly MemoryStream _entries = new();
    private readonly BinaryWriter _writer;
    private readonly List<Tensor> _tensors = [];
    private ulong _entryCount;

    public GgufWriter() => _writer = new BinaryWriter(_entries, Encoding.UTF8);

    public long DataBytes => _tensors.Sum(static t => Pad(t.Bytes));

    public void Add(string key, uint value)
    {
        Begin(key, 4);
        _writer.Write(value);
    }

    public void Add(string key, float value)
    {
        Begin(key, 6);
        _writer.Write(value);
    }

    public void Add(string key, bool value)
    {
        Begin(key, 7);
        _writer.Write(value);
    }

    public void Add(string key, string value)
    {
        Begin(key, 8);
        WriteText(_writer, value);
    }

    public void Add(string key, IReadOnlyCollection<string> values)
    {
        BeginArray(key, 8, values.Count);
        foreach (string value in values)
        {
            WriteText(_writer, value);
        }
    }

    public void Add(string key, float[] values)
    {
        BeginArray(key, 6, values.Length);
        Array.ForEach(values, _writer.Write);
    }

    public void Add(string key, int[] values)
    {
        BeginArray(key, 5, values.Length);
        Array.ForEach(values, _writer.Write);
    }

    /// <summary>Adds a tensor of random weights around <paramref name="mean"/>, which only F32 may have other than 0.</summary>
    public void AddTensor(string name, WeightType type, int columns, int rows, float deviation, float mean = 0) =>
        _tensors.Add(new Tensor(name, type, columns, rows, deviation, mean));

    public void Write(string path, ulong seed, Action<string, long> progress)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1);
        WriteHeader(file);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
        long done = 0;
        for (int i = 0; i < _tensors.Count; i++)
        {
            var tensor = _tensors[i];
            progress(tensor.Name, done);
            WriteTensor(file, tensor, new BlockGenerator(seed + ((ulong)i << 32)), buffer);
            done += Pad(tensor.Bytes);
        }

        progress("", done);
    }

    public void Dispose() => _writer.Dispose();

    private static void WriteTensor(FileStream file, Tensor tensor, BlockGenerator random, byte[] buffer)
    {
        int chunk = buffer.Length / tensor.Type.BlockBytes * tensor.Type.BlockBytes;
        for (long left = tensor.Bytes; left > 0; left -= chunk)
        {
            var bytes = buffer.AsSpan(0, (int)Math.Min(left, chunk));
            random.Fill(tensor.Type, bytes, tensor.Deviation);
            if (tensor.Mean != 0)
            {
                foreach (ref float value in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes))
                {
                    value += tensor.Mean;
                }
            }

            file.Write(bytes);
        }

        file.Write(new byte[Pad(tensor.Bytes) - tensor.Bytes]);
    }

    private static long Pad(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static void WriteText(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private void Begin(string key, uint type)
    {
        WriteText(_writer, key);
        _writer.Write(type);
        _entryCount++;
    }

    private void BeginArray(string key, uint elementType, int count)
    {
        Begin(key, 9);
        _writer.Write(elementType);
        _writer.Write((ulong)count);
    }

    private void WriteHeader(FileStream file)
    {
        using var header = new MemoryStream();
        using var writer = new BinaryWriter(header);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)_tensors.Count);
        writer.Write(_entryCount);
        _writer.Flush();
        _entries.WriteTo(header);
        long offset = 0;
        foreach (var tensor in _tensors)
        {
            WriteText(writer, tensor.Name);
            writer.Write(tensor.Rows == 1 ? 1u : 2u);
            writer.Write((ulong)tensor.Columns);
            if (tensor.Rows > 1)
            {
                writer.Write((ulong)tensor.Rows);
            }

            writer.Write(tensor.Type.Number);
            writer.Write((ulong)offset);
            offset += Pad(tensor.Bytes);
        }

        writer.Write(new byte[Pad(header.Length) - header.Length]);
        header.WriteTo(file);
    }

    private sealed record Tensor(string Name, WeightType Type, int Columns, int Rows, float Deviation, float Mean)
    {
        public long Bytes => (long)Rows * Columns / Type.BlockElements * Type.BlockBytes;
    }
}
