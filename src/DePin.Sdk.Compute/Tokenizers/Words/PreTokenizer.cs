namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>Cuts text into the words that byte-pair encoding then works on; a model must be fed the cut that it was trained with.</summary>
internal sealed class PreTokenizer(params WordStage[] stages)
{
    /// <summary>Start and length of each word.</summary>
    public void Split(PreTokens tokens)
    {
        foreach (var stage in stages)
        {
            stage.Apply(tokens);
        }
    }
}
