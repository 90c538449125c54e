namespace DePin.Sdk.Compute.Templates;

/// <summary>What a template may use up while it renders.</summary>
/// <param name="MaxSteps">Evaluations of an expression or statement, and characters of text in portions.</param>
/// <param name="MaxOutputCharacters">Length of the output, and of any text on the way.</param>
internal sealed record ChatTemplateLimits(long MaxSteps, int MaxOutputCharacters)
{
    public static readonly ChatTemplateLimits Default = new(4_000_000, 8 << 20);
}
