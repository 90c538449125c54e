namespace DePin.Sdk.Compute.Templates;

/// <summary>Names and what they stand for; names that are not found here are looked for further out.</summary>
internal sealed class TemplateScope(TemplateScope? parent)
{
    public TemplateScope? Parent => parent;

    public Dictionary<string, object?> Values { get; } = new(StringComparer.Ordinal);

    public bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.Values.TryGetValue(name, out value))
            {
                return true;
            }
        }

        value = null;
        return false;
    }
}
