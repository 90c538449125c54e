namespace DePin.Sdk.Compute.Templates;

/// <summary>Gives a value to one name, or its elements to several.</summary>
internal static class TemplateAssignment
{
    public static void Assign(TemplateContext context, List<string> names, object? value)
    {
        if (names.Count == 1)
        {
            context.Set(names[0], value);
            return;
        }

        if (value is not List<object?> list || list.Count != names.Count)
        {
            throw context.Error($"{names.Count} names need a list of as many values.");
        }

        for (int i = 0; i < names.Count; i++)
        {
            context.Set(names[i], list[i]);
        }
    }
}
