namespace DePin.Sdk.Tests.Jobs;

/// <summary>Damages valid messages: flips, cuts, doubles, inserts, large lengths.</summary>
internal static class Mutations
{
    /// <summary>Feeds damaged messages to a decoder, which must read them or throw a <see cref="DePinException"/>. Returns how many it was fed.</summary>
    public static int Run(Random random, IReadOnlyList<byte[]> seeds, int cases, Action<byte[]> decode)
    {
        int ran = 0;
        int refused = 0;
        for (; ran < cases; ran++)
        {
            var bytes = Mutate(random, seeds[random.Next(seeds.Count)]);
            try
            {
                decode(bytes);
            }
            catch (DePinException problem)
            {
                Assert.True(problem.Code is DePinErrorCode.InvalidFrame or DePinErrorCode.InvalidRequest, problem.ToString());
                refused++;
            }
            catch (Exception problem)
            {
                Assert.Fail($"Case {ran}, {Convert.ToHexString(bytes)}: {problem}");
            }
        }

        Assert.InRange(refused, 1, cases - 1); // both ways were taken
        return ran;
    }

    public static byte[] Mutate(Random random, byte[] seed)
    {
        var bytes = seed.ToList();
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int at = bytes.Count == 0 ? 0 : random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0 when bytes.Count > 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when bytes.Count > 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(64))));
                    break;
                case 4:
                    bytes.InsertRange(at, [0xFF, 0xFF, 0xFF, 0xFF, (byte)random.Next(16)]);
                    break;
                default:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. bytes];
    }
}
