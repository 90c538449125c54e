using System.Numerics;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;

namespace DePin.Sdk.Chains.Tests.Solana;

/// <summary>Expected addresses are those of @solana/kit 8.4.0.</summary>
public sealed class ProgramAddressTests
{
    private static readonly SolanaAddress Channels = SolanaAddress.Parse("CHNLxYvVA28MJP9PrFuDXccuoGXAx7jBacfLEkahyGsX");
    private static readonly SolanaAddress Owner = SolanaAddress.Parse("Cs2zdfUNonRdRGsiZUQQLdTxzxVvJZmgiX2mpLYKuEqP");
    private static readonly SolanaAddress Token = SolanaAddress.Parse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
    private static readonly SolanaAddress Token2022 = SolanaAddress.Parse("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
    private static readonly SolanaAddress Usdc = SolanaAddress.Parse("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v");

    [Theory]
    [InlineData(1, "3hpDDdGzDSHgvtc7ku7gNQEimXCLQmaKLk1CWiEBAkoC", 255)]
    [InlineData(7, "7jDL5kACxBGkB2R7FHumidZUJyBbMEA2NVZe2mNyJw3c", 254)]
    [InlineData(11, "8PSetggbkmXUFq2Nj2CMaMrNx6HPFgbN5AdnCtSkyAv1", 253)]
    [InlineData(16, "8wp2ya8dyrB4aSboWLWPp8FL8qvJ2GhPB5dmDLtPiS9g", 252)]
    [InlineData(25, "E8xaJwg2DDhPm3zoX5pqcLZTY5SGv7zfimDs6ATvfKd5", 249)]
    public void Find_KnownSeeds_GivesAddressAndBumpOfKit(ulong number, string expected, byte expectedBump)
    {
        var seeds = default(ProgramSeeds);
        seeds.Add("channel"u8);
        seeds.Add(Owner);
        seeds.Add(number);
        Assert.Equal(expected, ProgramAddress.Find(Channels, seeds, out byte bump).ToString());
        Assert.Equal(expectedBump, bump);
        for (int candidate = 255; candidate > bump; candidate--)
        {
            Assert.False(ProgramAddress.TryCreate(Channels, seeds, (byte)candidate, out var onCurve));
            Assert.True(onCurve.IsOnCurve);
        }

        Assert.True(ProgramAddress.TryCreate(Channels, seeds, bump, out var created));
        Assert.Equal(expected, created.ToString());
    }

    [Fact]
    public void Find_SeedsGivenApart_JoinsThem()
    {
        var seeds = default(ProgramSeeds);
        seeds.Add("ab"u8);
        seeds.Add("c"u8);
        var expected = ProgramAddress.Find(Channels, seeds, out byte bump);
        Assert.Equal(expected, ProgramAddress.Find(Channels, "abc"u8, out byte other));
        Assert.Equal(expected, ProgramAddress.Find(Channels, "a"u8, "bc"u8, out _));
        Assert.Equal(bump, other);
    }

    [Theory]
    [InlineData(false, "3m3xS513PgjPwnLbmGbgL4Nk62QEtwzuoXphVN3kfMNh", 255)]
    [InlineData(true, "AqqotiubsnZaK8Mj4FxUemSxzBKmQ8cYfGRqZ8vVtb1t", 253)]
    public void AssociatedToken_KnownWallet_GivesAddressOfKit(bool isToken2022, string expected, byte expectedBump)
    {
        Assert.Equal(expected, AssociatedTokenAddress.Find(Owner, Usdc, isToken2022 ? Token2022 : Token, out byte bump).ToString());
        Assert.Equal(expectedBump, bump);
    }

    [Fact]
    public void CreateWithSeed_KnownSeed_GivesAddressOfKit()
    {
        Assert.Equal("xHB9Zr6FswsghkvHPUPdBA5ERxS6K1mNCW317yfB9K1", ProgramAddress.CreateWithSeed(Owner, "stake:0", Token).ToString());
        Assert.Throws<ArgumentException>(() => ProgramAddress.CreateWithSeed(Owner, new string('x', 33), Token));
        var marked = new SolanaAddress([.. new byte[11], .. "ProgramDerivedAddress"u8]);
        Assert.Throws<ArgumentException>(() => ProgramAddress.CreateWithSeed(Owner, "x", marked));
    }

    [Fact]
    public void Seeds_TooLongOrTooMany_AreRefused()
    {
        Assert.Throws<ArgumentException>(() =>
        {
            var seeds = default(ProgramSeeds);
            seeds.Add(new byte[33]);
        });
        Assert.Throws<ArgumentException>(() =>
        {
            var seeds = default(ProgramSeeds);
            for (int i = 0; i < 16; i++)
            {
                seeds.Add(Owner);
            }
        });
        var most = default(ProgramSeeds);
        for (int i = 0; i < 15; i++)
        {
            most.Add(Owner);
        }

        Assert.Equal(480, most.Length);
        Assert.False(ProgramAddress.Find(Channels, most, out _).IsOnCurve);
    }

    [Fact]
    public void IsOnCurve_RandomBytes_MatchesBigInteger()
    {
        var p = BigInteger.Pow(2, 255) - 19;
        var d = -121665 * BigInteger.ModPow(121666, p - 2, p);
        var random = new Random(8);
        var bytes = new byte[32];
        int points = 0;
        for (int i = 0; i < 400; i++)
        {
            random.NextBytes(bytes);
            if (i < 40)
            {
                // 0 to 19, and those numbers above p, in both signs.
                bytes.AsSpan().Clear();
                ((i % 20) + (i >= 20 ? p : 0)).TryWriteBytes(bytes, out _, isUnsigned: true);
                bytes[31] |= (byte)(i % 2 << 7);
            }

            var y = new BigInteger(bytes, isUnsigned: true) & (BigInteger.Pow(2, 255) - 1);
            var ratio = (y * y - 1) * (d * y * y + 1) % p;
            bool expected = BigInteger.ModPow(ratio < 0 ? ratio + p : ratio, (p - 1) / 2, p) != p - 1;
            Assert.Equal(expected, new SolanaAddress(bytes).IsOnCurve);
            points += expected ? 1 : 0;
        }

        Assert.InRange(points, 120, 280);
        Ed25519.GetPublicKey(bytes, bytes);
        Assert.True(new SolanaAddress(bytes).IsOnCurve);
    }

    [Fact]
    public void Find_AnySeeds_AllocatesNothing()
    {
        byte bump = 0;
        _ = AssociatedTokenAddress.Find(Owner, Usdc, Token, out bump);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
        {
            _ = AssociatedTokenAddress.Find(Owner, Usdc, Token2022, out bump);
            _ = ProgramAddress.Find(Channels, "channel"u8, out bump);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
