namespace DePin.Sdk.Compute.Templates;

/// <summary>Runs a body for each element of a sequence.</summary>
internal sealed class ForStatement(
    List<string> names,
    TemplateExpression source,
    TemplateExpression? filter,
    List<TemplateStatement> body,
    List<TemplateStatement>? otherwise,
    bool isRecursive,
    TemplatePosition position) : TemplateStatement
{
    public override TemplateFlow Execute(TemplateContext context)
    {
        Run(context, context.Scope, source.Evaluate(context), 1);
        return TemplateFlow.Next;
    }

    private void Run(TemplateContext context, TemplateScope outer, object? sequence, long depth)
    {
        var items = Filter(context, outer, TemplateFilters.Sequence(context, sequence));
        object? changed = null;
        for (int i = 0; i < items.Count; i++)
        {
            context.Step(position);
            var flow = TemplateFlow.Next;
            int index = i;
            context.InScope(outer, () =>
            {
                var loop = Describe(items, index, depth);
                loop.Entries["changed"] = (TemplateFunction)((_, arguments, _) =>
                {
                    List<object?> now = [.. arguments];
                    bool differs = changed is null || !TemplateValues.AreEqual(changed, now);
                    changed = now;
                    return differs;
                });
                if (isRecursive)
                {
                    loop.Call = (c, arguments, _) => arguments is [var inner]
                        ? c.Capture(outer, () => Run(c, outer, inner, depth + 1))
                        : throw c.Error("loop takes one sequence.");
                }

                context.Set("loop", loop);
                TemplateAssignment.Assign(context, names, items[index]);
                flow = ExecuteAll(body, context);
            });
            if (flow == TemplateFlow.Break)
            {
                break;
            }
        }

        if (items.Count == 0 && otherwise is not null)
        {
            context.InScope(outer, () => ExecuteAll(otherwise, context));
        }
    }

    private List<object?> Filter(TemplateContext context, TemplateScope outer, List<object?> items)
    {
        if (filter is null)
        {
            return items;
        }

        List<object?> kept = [];
        context.InScope(outer, () =>
        {
            foreach (object? item in items)
            {
                TemplateAssignment.Assign(context, names, item);
                if (TemplateValues.IsTrue(filter.Evaluate(context)))
                {
                    kept.Add(item);
                }
            }
        });
        return kept;
    }

    private static TemplateMap Describe(List<object?> items, int index, long depth)
    {
        var loop = new TemplateMap();
        loop.Entries["index0"] = (long)index;
        loop.Entries["index"] = index + 1L;
        loop.Entries["first"] = index == 0;
        loop.Entries["last"] = index == items.Count - 1;
        loop.Entries["length"] = (long)items.Count;
        loop.Entries["revindex"] = (long)(items.Count - index);
        loop.Entries["revindex0"] = items.Count - index - 1L;
        loop.Entries["depth"] = depth;
        loop.Entries["depth0"] = depth - 1;
        loop.Entries["previtem"] = index > 0 ? items[index - 1] : new Undefined("loop.previtem");
        loop.Entries["nextitem"] = index + 1 < items.Count ? items[index + 1] : new Undefined("loop.nextitem");
        loop.Entries["cycle"] = (TemplateFunction)((context, arguments, _) =>
            arguments.Count > 0 ? arguments[index % arguments.Count] : throw context.Error("cycle needs values."));
        return loop;
    }
}
