namespace DePin.Sdk.Compute.Templates;

/// <summary>The tests: what may follow <c>is</c>.</summary>
internal static class TemplateTests
{
    public static bool Apply(TemplateContext context, string name, object? value, List<object?> arguments)
    {
        object? Argument() => arguments.Count > 0 ? arguments[0] : throw context.Error($"The test '{name}' needs an argument.");
        return name switch
        {
            "defined" => value is not Undefined,
            "undefined" => value is Undefined,
            "none" => value is null,
            "string" => value is TemplateText,
            "number" => value is bool or long or double,
            "integer" => value is long,
            "float" => value is double,
            "boolean" => value is bool,
            "true" => value is true,
            "false" => value is false,
            "mapping" => value is TemplateMap { IsNamespace: false },
            "sequence" or "iterable" => value is List<object?> or TemplateText or TemplateMap { IsNamespace: false } or Undefined,
            "upper" => value is TemplateText t && TemplateTextMethods.IsUpper(t.Value),
            "lower" => value is TemplateText t && TemplateTextMethods.IsLower(t.Value),
            "filter" => value is TemplateText t && TemplateFilters.IsKnown(t.Value),
            "test" => value is TemplateText t && IsKnown(t.Value),
            "callable" => value is TemplateFunction,
            "odd" => value is long n && n % 2 != 0,
            "even" => value is long n && n % 2 == 0,
            "divisibleby" => value is long n && Argument() is long d && d != 0 && d != -1 ? n % d == 0 : Argument() is -1L,
            "in" => TemplateOperators.Contains(context, Argument(), value),
            "eq" or "equalto" or "==" => TemplateValues.AreEqual(value, Argument()),
            "sameas" => value?.GetType() == Argument()?.GetType() && TemplateValues.AreEqual(value, Argument()),
            "ne" or "!=" => !TemplateValues.AreEqual(value, Argument()),
            "lt" or "lessthan" or "<" or "gt" or "greaterthan" or ">" or "le" or "<=" or "ge" or ">=" => (bool)TemplateOperators.Apply(context, Symbol(name), value, Argument())!,
            _ => throw context.Error($"The test '{name}' is not supported."),
        };
    }

    private static bool IsKnown(string name) => name is
        "defined" or "undefined" or "none" or "string" or "number" or "integer" or "float" or "boolean" or "true" or "false" or "mapping" or
        "sequence" or "iterable" or "callable" or "odd" or "even" or "divisibleby" or "in" or "eq" or "equalto" or "sameas" or "ne" or
        "lt" or "gt" or "le" or "ge" or "upper" or "lower" or "filter" or "test";

    private static string Symbol(string name) => name switch
    {
        "lt" or "lessthan" => "<",
        "gt" or "greaterthan" => ">",
        "le" => "<=",
        "ge" => ">=",
        _ => name,
    };
}
