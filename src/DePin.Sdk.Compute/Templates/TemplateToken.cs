namespace DePin.Sdk.Compute.Templates;

/// <summary>A token of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; for literals the value.</param>
/// <param name="Position">Where it begins.</param>
internal readonly record struct TemplateToken(TemplateTokenKind Kind, string Text, TemplatePosition Position)
{
    public bool Is(string symbol) => Kind == TemplateTokenKind.Symbol && Text == symbol;

    public bool IsWord(string word) => Kind == TemplateTokenKind.Name && Text == word;
}

/// <summary>Kinds of tokens.</summary>
internal enum TemplateTokenKind
{
    Data,
    OpenOutput,
    CloseOutput,
    OpenBlock,
    CloseBlock,
    Name,
    Text,
    Integer,
    Number,
    Symbol,
    End,
}
