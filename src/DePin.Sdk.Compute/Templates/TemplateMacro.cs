namespace DePin.Sdk.Compute.Templates;

/// <summary>A piece of a template that can be called: a macro, or the body of a call block.</summary>
/// <param name="Name">What errors call it.</param>
/// <param name="Parameters">Its parameters, with their defaults.</param>
/// <param name="Body">What it renders.</param>
/// <param name="TakesMore">Whether the body looks at <c>varargs</c> or <c>kwargs</c>, so that any arguments are welcome.</param>
internal sealed record TemplateMacro(
    string Name, List<(string Name, TemplateExpression? Default)> Parameters, List<TemplateStatement> Body, bool TakesMore)
{
    /// <summary>The function, which sees the names around its definition as they are when it is called.</summary>
    public TemplateFunction Bind(TemplateScope definedIn) => (context, arguments, named) =>
        context.Capture(definedIn, () =>
        {
            SetParameters(context, arguments, named);
            TemplateStatement.ExecuteAll(Body, context);
        });

    private void SetParameters(TemplateContext context, IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> named)
    {
        if (arguments.Count > Parameters.Count && !TakesMore)
        {
            throw context.Error($"'{Name}' takes {Parameters.Count} arguments, not {arguments.Count}.");
        }

        var others = new TemplateMap();
        foreach (var (name, value) in named)
        {
            if (name == "caller")
            {
                context.Set(name, value);
            }
            else if (!Parameters.Exists(p => p.Name == name))
            {
                others.Entries[name] = TakesMore ? value : throw context.Error($"'{Name}' has no parameter '{name}'.");
            }
        }

        for (int i = 0; i < Parameters.Count; i++)
        {
            var (name, absent) = Parameters[i];
            context.Set(name, i < arguments.Count ? arguments[i]
                : named.TryGetValue(name, out object? value) ? value
                : absent is null ? new Undefined(name) : absent.Evaluate(context));
        }

        if (TakesMore)
        {
            context.Set("varargs", new TemplateTuple(arguments.Skip(Parameters.Count)));
            context.Set("kwargs", others);
        }
    }
}

/// <summary>Defines a macro.</summary>
internal sealed class MacroStatement(TemplateMacro macro) : TemplateStatement
{
    public override TemplateFlow Execute(TemplateContext context)
    {
        context.Set(macro.Name, macro.Bind(context.Scope));
        return TemplateFlow.Next;
    }
}

/// <summary>Calls a macro that may in turn call the body of the block as <c>caller</c>.</summary>
internal sealed class CallStatement(CallExpression call, TemplateMacro body) : TemplateStatement
{
    public override TemplateFlow Execute(TemplateContext context)
    {
        context.Write(TemplateValues.Print(call.Call(context, body.Bind(context.Scope))));
        return TemplateFlow.Next;
    }
}

/// <summary>Sends what a body writes through filters.</summary>
internal sealed class FilterStatement(List<(string Name, TemplateArguments Arguments)> filters, List<TemplateStatement> body) : TemplateStatement
{
    public override TemplateFlow Execute(TemplateContext context)
    {
        object? value = context.Capture(context.Scope, () => ExecuteAll(body, context));
        foreach (var (name, arguments) in filters)
        {
            value = TemplateFilters.Apply(context, name, value, arguments.Evaluate(context), arguments.EvaluateNamed(context));
        }

        context.Write(TemplateValues.Print(value));
        return TemplateFlow.Next;
    }
}
