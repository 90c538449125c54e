namespace DePin.Sdk.Compute.Tokenizers.HuggingFace;

/// <summary>What <c>tokenizer_config.json</c> and the post-processor say about the ends of a sequence.</summary>
/// <param name="Begin">The text of the token that begins a sequence.</param>
/// <param name="End">The text of the token that ends one.</param>
/// <param name="Ends">Which of them are added.</param>
internal sealed record TokenizerSettings(string? Begin, string? End, SequenceEnds Ends)
{
    /// <summary>Reads both.</summary>
    public static TokenizerSettings Read(JsonPlace root, JsonPlace? config)
    {
        var found = (Begin: (string?)null, End: (string?)null);
        if (root.TryGet("post_processor", out var processor))
        {
            ReadProcessor(processor, ref found);
        }

        string? Name(string key) => config is { } c && c.TryGet(key, out var value) ? value.IsText ? value.Text() : value.Text("content") : null;
        string? begin = Name("bos_token") ?? found.Begin ?? Name("cls_token");
        string? end = Name("eos_token") ?? found.End ?? Name("sep_token");

        // Only the classes that build their processor from these flags heed a false one.
        string kind = config?.OptionalText("tokenizer_class") ?? "";
        bool isBuilt = kind.Contains("Llama", StringComparison.Ordinal) || kind.Contains("Gemma", StringComparison.Ordinal);
        bool Adds(string key, string? processed) => config is { } c && c.TryGet(key, out _)
            ? c.Flag(key, false) || (!isBuilt && processed is not null)
            : processed is not null;
        var ends = new SequenceEnds(Adds("add_bos_token", found.Begin), Adds("add_eos_token", found.End));
        return new TokenizerSettings(ends.AddsBegin && found.Begin is { } b ? b : begin, ends.AddsEnd && found.End is { } e ? e : end, ends);
    }

    private static void ReadProcessor(JsonPlace processor, ref (string? Begin, string? End) found)
    {
        switch (processor.Text("type"))
        {
            case "Sequence":
                foreach (var part in processor.Get("processors").Items())
                {
                    ReadProcessor(part, ref found);
                }

                break;
            case "TemplateProcessing":
                bool isBefore = true;
                foreach (var part in processor.Get("single").Items())
                {
                    if (part.TryGet("Sequence", out _))
                    {
                        isBefore = false;
                    }
                    else if (isBefore)
                    {
                        found.Begin ??= part.Get("SpecialToken").Text("id");
                    }
                    else
                    {
                        found.End ??= part.Get("SpecialToken").Text("id");
                    }
                }

                break;
            case "BertProcessing" or "RobertaProcessing":
                found = (First(processor.Get("cls")), First(processor.Get("sep")));
                break;
            case "ByteLevel":
                break;
            default:
                throw processor.Error($"The post-processor '{processor.Text("type")}' is not supported.");
        }
    }

    private static string First(JsonPlace pair)
    {
        foreach (var item in pair.Items())
        {
            return item.Text();
        }

        throw pair.Error("The list is empty.");
    }
}
