using DePin.Sdk.Compute.Tokenizers.Unicode;

namespace DePin.Sdk.Compute.Tests.Tokenizers.Unicode;

public sealed class CanonicalFormsTests
{
    [Theory]
    [InlineData("é", "e\u0301", "é")]
    [InlineData("ệ", "e\u0323\u0302", "ệ")]
    [InlineData("e\u0302\u0323", "e\u0323\u0302", "ệ")]
    [InlineData("한각", "\u1112\u1161\u11AB\u1100\u1161\u11A8", "한각")]
    [InlineData("\u212B", "A\u030A", "Å")]
    [InlineData("\u0958", "\u0915\u093C", "\u0915\u093C")]
    [InlineData("a\u0315\u0300\u05AE\u0300b", "a\u05AE\u0300\u0300\u0315b", "\u00E0\u05AE\u0300\u0315b")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165", "\U0001D157\U0001D165")]
    [InlineData("\uFB01 plain", "\uFB01 plain", "\uFB01 plain")]
    [InlineData("\u0301a", "\u0301a", "\u0301a")]
    public void DecomposeAndCompose_KnownTexts_FollowTheStandard(string text, string decomposed, string composed)
    {
        Assert.Equal(decomposed, CanonicalForms.Decompose(text));
        Assert.Equal(composed, CanonicalForms.Compose(text));
        Assert.Equal(composed, CanonicalForms.Compose(decomposed));
    }

    [Fact]
    public void Compose_EveryCharacter_IsStableAndReversible()
    {
        for (int value = 0; value < 0x30000; value++)
        {
            if (value is >= 0xD800 and <= 0xDFFF)
            {
                continue;
            }

            string text = char.ConvertFromUtf32(value);
            string decomposed = CanonicalForms.Decompose(text);
            Assert.Equal(decomposed, CanonicalForms.Decompose(decomposed));
            Assert.Equal(decomposed, CanonicalForms.Decompose(CanonicalForms.Compose(text)));
        }
    }

    [Fact]
    public void Compose_LoneSurrogates_BecomeReplacementCharacters() => Assert.Equal("\uFFFDx", CanonicalForms.Compose("\uD800x"));
}
