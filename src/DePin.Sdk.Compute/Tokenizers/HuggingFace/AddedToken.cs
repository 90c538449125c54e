namespace DePin.Sdk.Compute.Tokenizers.HuggingFace;

/// <summary>An entry of <c>added_tokens</c>.</summary>
/// <param name="Id">The token.</param>
/// <param name="Content">What stands for it in text.</param>
/// <param name="IsSpecial">Whether it has a meaning of its own and no text.</param>
/// <param name="IsNormalized">Whether it is found after normalization.</param>
/// <param name="Options">How it is found.</param>
internal sealed record AddedToken(int Id, string Content, bool IsSpecial, bool IsNormalized, MarkerOptions Options)
{
    /// <summary>Reads the list.</summary>
    public static List<AddedToken> ReadAll(JsonPlace root, int mostTokens)
    {
        List<AddedToken> tokens = [];
        if (!root.TryGet("added_tokens", out var list))
        {
            return tokens;
        }

        foreach (var item in list.Items())
        {
            string content = item.Text("content");
            if (content.Length == 0)
            {
                throw item.Error("An added token has no text.");
            }

            bool isSpecial = item.Flag("special", false);
            tokens.Add(new AddedToken(
                item.Get("id").Integer(mostTokens - 1),
                content,
                isSpecial,
                item.Flag("normalized", !isSpecial),
                new MarkerOptions(item.Flag("lstrip", false), item.Flag("rstrip", false), item.Flag("single_word", false))));
        }

        return tokens;
    }
}
