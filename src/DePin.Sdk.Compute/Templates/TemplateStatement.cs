namespace DePin.Sdk.Compute.Templates;

/// <summary>How a statement ended.</summary>
internal enum TemplateFlow
{
    Next,
    Break,
    Continue,
}

/// <summary>A statement of a template.</summary>
internal abstract class TemplateStatement
{
    public abstract TemplateFlow Execute(TemplateContext context);

    public static TemplateFlow ExecuteAll(List<TemplateStatement> statements, TemplateContext context)
    {
        foreach (var statement in statements)
        {
            var flow = statement.Execute(context);
            if (flow != TemplateFlow.Next)
            {
                return flow;
            }
        }

        return TemplateFlow.Next;
    }
}

internal sealed class DataStatement(string data) : TemplateStatement
{
    private readonly TemplateText _text = new(data);

    public override TemplateFlow Execute(TemplateContext context)
    {
        context.Write(_text);
        return TemplateFlow.Next;
    }
}

internal sealed class OutputStatement(TemplateExpression expression) : TemplateStatement
{
    public override TemplateFlow Execute(TemplateContext context)
    {
        context.Write(TemplateValues.Print(expression.Evaluate(context)));
        return TemplateFlow.Next;
    }
}

internal sealed class IfStatement(List<(TemplateExpression? Condition, List<TemplateStatement> Body)> branches) : TemplateStatement
{
    public override TemplateFlow Execute(TemplateContext context)
    {
        foreach (var (condition, body) in branches)
        {
            if (condition is null || TemplateValues.IsTrue(condition.Evaluate(context)))
            {
                return ExecuteAll(body, context);
            }
        }

        return TemplateFlow.Next;
    }
}

/// <summary>Sets a name, a member of a namespace, or several names from a sequence.</summary>
internal sealed class SetStatement(List<string> names, string? member, TemplateExpression? value, List<TemplateStatement>? body, TemplatePosition position)
    : TemplateStatement
{
    public override TemplateFlow Execute(TemplateContext context)
    {
        context.Step(position);
        object? result = value is not null ? value.Evaluate(context) : context.Capture(context.Scope, () => ExecuteAll(body!, context));
        if (member is not null)
        {
            if (context.Get(names[0]) is not TemplateMap { IsNamespace: true } map)
            {
                throw context.Error($"'{names[0]}' is not a namespace, so its members cannot be set.");
            }

            map.Entries[member] = result;
        }
        else
        {
            TemplateAssignment.Assign(context, names, result);
        }

        return TemplateFlow.Next;
    }
}

internal sealed class JumpStatement(TemplateFlow flow) : TemplateStatement
{
    public override TemplateFlow Execute(TemplateContext context) => flow;
}

/// <summary>Statements that only stand together.</summary>
internal sealed class GroupStatement(List<TemplateStatement> body) : TemplateStatement
{
    public override TemplateFlow Execute(TemplateContext context) => ExecuteAll(body, context);
}
