namespace DePin.Sdk.Compute.Tokenizers.HuggingFace;

/// <summary>Reads <c>normalizer</c>.</summary>
internal static class NormalizerReader
{
    /// <summary>Reads a normalizer.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="isByteLevel">Becomes true where it turns text into bytes.</param>
    public static TextNormalizer? Read(JsonPlace place, ref bool isByteLevel)
    {
        string type = place.Text("type");
        switch (type)
        {
            case "Sequence":
                List<TextNormalizer> parts = [];
                foreach (var item in place.Get("normalizers").Items())
                {
                    if (Read(item, ref isByteLevel) is { } part)
                    {
                        parts.Add(part);
                    }
                }

                return parts.Count == 0 ? null : new NormalizerSequence([.. parts]);
            case "ByteLevel":
                isByteLevel = true;
                return null;
            case "NFC":
                return new NormalizationStep(Unicode.CanonicalForms.Compose);
            case "NFD":
                return new NormalizationStep(Unicode.CanonicalForms.Decompose);
            case "Lowercase":
                return new NormalizationStep(BertNormalizer.ToLower);
            case "StripAccents":
                return new NormalizationStep(BertNormalizer.WithoutMarks);
            case "Strip":
                bool left = place.Flag("strip_left", true);
                bool right = place.Flag("strip_right", true);
                return new NormalizationStep(t => (left, right) switch
                {
                    (true, true) => t.Trim(),
                    (true, false) => t.TrimStart(),
                    (false, true) => t.TrimEnd(),
                    _ => t,
                });
            case "Prepend":
                return new PrependNormalizer(place.Text("prepend"));
            case "Replace":
                var pattern = place.Get("pattern");
                string content = place.Text("content");
                if (pattern.TryGet("String", out var text))
                {
                    return text.Text().Length > 0 ? new ReplaceNormalizer(text.Text(), content) : throw text.Error("The text to replace is empty.");
                }

                var regex = new ForeignPattern(pattern.Get("Regex"));
                return new NormalizationStep(t => regex.Replace(t, content));
            case "BertNormalizer":
                bool lowers = place.Flag("lowercase", true);
                return new BertNormalizer
                {
                    Cleans = place.Flag("clean_text", true),
                    CutsChinese = place.Flag("handle_chinese_chars", true),
                    Lowers = lowers,
                    StripsAccents = place.Flag("strip_accents", lowers),
                };
            default:
                throw place.Error($"The normalizer '{type}' is not supported.");
        }
    }
}
