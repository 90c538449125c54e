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
internal sealed class SetStatement(List<string> names, string? member, TemplateExpression? value, List<TemplateStatement>? body, int line)
    : TemplateStatement
{
    public override TemplateFlow Execute(TemplateContext context)
    {
        context.Step(line);
        object? result = value is not null ? value.Evaluate(context) : context.Capture(() => ExecuteAll(body!, context));
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

internal sealed class ForStatement(
    List<string> names, TemplateExpression source, TemplateExpression? filter, List<TemplateStatement> body, List<TemplateStatement>? otherwise, int line)
    : TemplateStatement
{
    public override TemplateFlow Execute(TemplateContext context)
    {
        var items = TemplateFilters.Sequence(context, source.Evaluate(context));
        context.PushScope();
        try
        {
            if (filter is not null)
            {
                items = items.FindAll(item =>
                {
                    TemplateAssignment.Assign(context, names, item);
                    return TemplateValues.IsTrue(filter.Evaluate(context));
                });
            }

            for (int i = 0; i < items.Count; i++)
            {
                context.Step(line);
                context.PopScope();
                context.PushScope();
                context.Set("loop", Loop(items, i));
                TemplateAssignment.Assign(context, names, items[i]);
                if (ExecuteAll(body, context) == TemplateFlow.Break)
                {
                    break;
                }
            }
        }
        finally
        {
            context.PopScope();
        }

        return items.Count == 0 && otherwise is not null ? ExecuteAll(otherwise, context) : TemplateFlow.Next;
    }

    private static TemplateMap Loop(List<object?> items, int index)
    {
        var loop = new TemplateMap();
        loop.Entries["index0"] = (long)index;
        loop.Entries["index"] = index + 1L;
        loop.Entries["first"] = index == 0;
        loop.Entries["last"] = index == items.Count - 1;
        loop.Entries["length"] = (long)items.Count;
        loop.Entries["revindex"] = (long)(items.Count - index);
        loop.Entries["revindex0"] = items.Count - index - 1L;
        loop.Entries["previtem"] = index > 0 ? items[index - 1] : new Undefined("loop.previtem");
        loop.Entries["nextitem"] = index + 1 < items.Count ? items[index + 1] : new Undefined("loop.nextitem");
        return loop;
    }
}
