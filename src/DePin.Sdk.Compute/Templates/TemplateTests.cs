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
            "number" => value is long or double,
            "integer" => value is long,
            "float" => value is double,
            "boolean" => value is bool,
            "true" => value is true,
            "false" => value is false,
            "mapping" => value is TemplateMap,
            "sequence" or "iterable" => value is List<object?> or TemplateText or TemplateMap,
            "callable" => value is TemplateFunction,
            "odd" => value is long n && n % 2 != 0,
            "even" => value is long n && n % 2 == 0,
            "divisibleby" => value is long n && Argument() is long d && d != 0 && d != -1 ? n % d == 0 : Argument() is -1L,
            "in" => TemplateOperators.Contains(context, Argument(), value),
            "eq" or "equalto" or "==" or "sameas" => TemplateValues.AreEqual(value, Argument()),
            "ne" or "!=" => !TemplateValues.AreEqual(value, Argument()),
            "lt" or "<" or "gt" or ">" or "le" or "<=" or "ge" or ">=" => (bool)TemplateOperators.Apply(context, Symbol(name), value, Argument())!,
            _ => throw context.Error($"The test '{name}' is not supported."),
        };
    }

    private static string Symbol(string name) => name switch
    {
        "lt" => "<",
        "gt" => ">",
        "le" => "<=",
        "ge" => ">=",
        _ => name,
    };
}
