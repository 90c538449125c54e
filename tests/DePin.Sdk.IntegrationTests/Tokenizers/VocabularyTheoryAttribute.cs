namespace DePin.Sdk.IntegrationTests.Tokenizers;

/// <summary>A theory that needs the vocabulary files.</summary>
internal sealed class VocabularyTheoryAttribute : TheoryAttribute
{
    public VocabularyTheoryAttribute()
    {
        Skip = VocabularyFiles.Missing;
    }
}
