using System.IO.Compression;

namespace DePin.Sdk.Compute.Tokenizers.Unicode;

/// <summary>The tables of canonical normalization, unpacked when they are first needed.</summary>
/// <remarks>The runtime's own normalization does nothing where globalization is invariant.</remarks>
internal sealed class CanonicalTables
{
    private static readonly Lazy<CanonicalTables> Shared = new(static () => new CanonicalTables());

    private readonly Dictionary<int, (int First, int Second)> _decompositions = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];
    private readonly Dictionary<int, byte> _classes = [];

    private CanonicalTables()
    {
        byte[] bytes = Unpack(CanonicalData.Decompositions);
        for (int at = 0; at < bytes.Length; at += 9)
        {
            int value = Read(bytes, at);
            var parts = (Read(bytes, at + 3), Read(bytes, at + 6));
            _decompositions.Add(value & 0x7FFFFF, parts);
            if ((value & 0x800000) != 0)
            {
                _compositions.Add(parts, value & 0x7FFFFF);
            }
        }

        bytes = Unpack(CanonicalData.CombiningClasses);
        for (int at = 0; at < bytes.Length; at += 4)
        {
            _classes.Add(Read(bytes, at), bytes[at + 3]);
        }
    }

    /// <summary>The tables.</summary>
    public static CanonicalTables Instance => Shared.Value;

    /// <summary>The one or two parts of a character; the second is 0 when there is none.</summary>
    public bool TryDecompose(int value, out (int First, int Second) parts) => _decompositions.TryGetValue(value, out parts);

    /// <summary>The character that two make together.</summary>
    public bool TryCompose(int first, int second, out int composed) => _compositions.TryGetValue((first, second), out composed);

    /// <summary>The combining class; 0 for starters.</summary>
    public byte ClassOf(int value) => value < 0x300 ? (byte)0 : _classes.GetValueOrDefault(value);

    private static int Read(byte[] bytes, int at) => bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);

    private static byte[] Unpack(string text)
    {
        using var stream = new ZLibStream(new MemoryStream(Convert.FromBase64String(text)), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        stream.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
