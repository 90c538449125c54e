namespace DePin.Sdk.Compute.Tests.Gguf;

/// <summary>Damages GGUF files at random, in the header for the most part.</summary>
internal static class GgufMutator
{
    private static readonly ulong[] Interesting =
        [0, 1, 2, 7, 8, 9, 31, 32, 33, 64, 127, 128, 255, 256, 65535, 65536, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, 1UL << 61, long.MaxValue, 1UL << 63, ulong.MaxValue];

    /// <summary>A damaged copy of a file whose data begins at <paramref name="headerEnd"/>.</summary>
    public static byte[] Mutate(byte[] valid, int headerEnd, Random random)
    {
        if (random.Next(8) == 0)
        {
            return valid[..random.Next(valid.Length)];
        }

        byte[] file = (byte[])valid.Clone();
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            // Most of the meaning lies near the beginning: the counts, the keys, the table of tensors.
            int at = random.Next(3) == 0 ? random.Next(Math.Min(700, headerEnd)) : random.Next(headerEnd);
            switch (random.Next(5))
            {
                case 0:
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    file[at] = (byte)random.Next(256);
                    break;
                case 2:
                    ulong value = Interesting[random.Next(Interesting.Length)];
                    BitConverter.GetBytes(value).AsSpan(0, Math.Min(1 << random.Next(4), file.Length - at)).CopyTo(file.AsSpan(at));
                    break;
                case 3:
                    int length = Math.Min(random.Next(1, 40), file.Length - at);
                    random.NextBytes(file.AsSpan(at, length));
                    break;
                default:
                    int from = random.Next(headerEnd);
                    int count = Math.Min(random.Next(1, 64), file.Length - Math.Max(at, from));
                    file.AsSpan(from, count).ToArray().CopyTo(file.AsSpan(at));
                    break;
            }
        }

        return file;
    }
}
