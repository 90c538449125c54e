namespace DePin.Sdk.Compute.Templates;

/// <summary>A list that prints with parentheses; alike to lists in everything else.</summary>
internal sealed class TemplateTuple(IEnumerable<object?> items) : List<object?>(items);
