using DePin.Sdk.Identity;
using FsCheck;
using FsCheck.Fluent;

namespace DePin.Sdk.Tests.IdentityTests;

public sealed class CanonicalWriterTests
{
    [Fact]
    public void Write_EveryKind_HasTheDocumentedBytes()
    {
        var bytes = new CanonicalWriter("d.v1")
            .Write("é")
            .Write(-2L)
            .Write(new UInt128(1, 2))
            .Write(new byte[] { 9 })
            .Write((DateTimeOffset?)DateTimeOffset.UnixEpoch.AddMilliseconds(5).AddTicks(9))
            .Write((DateTimeOffset?)null)
            .Write((string?)null)
            .ToArray();
        Assert.Equal(
            "00000004642E7631" + "00000002C3A9" + "FFFFFFFFFFFFFFFE" + "00000000000000010000000000000002" + "0000000109" + "0000000000000005" + "8000000000000000" + "00000000",
            Convert.ToHexString(bytes));
    }

    [Fact]
    public void Write_TextsSplitElsewhere_EncodeDifferently() => Prop.ForAll<NonNull<string>, int>((text, at) =>
    {
        var whole = text.Get;
        if (whole.Length == 0 || !IsText(whole))
        {
            return true;
        }

        int cut = Math.Abs(at % whole.Length);
        var (left, right) = (whole[..cut], whole[cut..]);
        return !IsText(left)
            || !new CanonicalWriter("x").Write(left).Write(right).ToArray().AsSpan().SequenceEqual(new CanonicalWriter("x").Write(whole).Write(string.Empty).ToArray())
            || (left, right) == (whole, string.Empty);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Write_UnpairedSurrogates_AreRefusedAndNotReplaced()
    {
        Assert.ThrowsAny<ArgumentException>(() => new CanonicalWriter("x").Write("\ud800"));
        Assert.ThrowsAny<ArgumentException>(() => new CanonicalWriter("x").Write("a\udc00b"));
        Assert.Equal(8 + 1, new CanonicalWriter("x").Write("\ud83d\ude00").ToArray().Length - 4);
    }

    [Fact]
    public void Write_DifferentDomains_EncodeDifferently() =>
        Assert.NotEqual(new CanonicalWriter("depin.a.v1").Write(1L).ToArray(), new CanonicalWriter("depin.b.v1").Write(1L).ToArray());

    private static bool IsText(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}
