namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>Takes the text of an answer apart into reasoning, text and calls.</summary>
/// <param name="reasoning">Parts reasoning off.</param>
/// <param name="calls">Finds calls; null when the model is offered no functions.</param>
internal sealed class AnswerParser(ReasoningSplitter reasoning, ToolCallParser? calls)
{
    private readonly List<(string Text, bool IsReasoning)> _pieces = [];

    /// <summary>Adds text and takes out what is certain.</summary>
    public List<AnswerPart> Append(string text)
    {
        _pieces.Clear();
        reasoning.Append(text, _pieces);
        return TakePieces();
    }

    /// <summary>Takes out what is left at the end of the answer.</summary>
    public List<AnswerPart> Finish()
    {
        _pieces.Clear();
        reasoning.Finish(_pieces);
        var parts = TakePieces();
        calls?.Finish(parts);
        return parts;
    }

    private List<AnswerPart> TakePieces()
    {
        List<AnswerPart> parts = [];
        foreach (var (text, isReasoning) in _pieces)
        {
            if (isReasoning || calls is null)
            {
                parts.Add(new AnswerPart(text, isReasoning));
            }
            else
            {
                calls.Append(text, parts);
            }
        }

        return parts;
    }
}
