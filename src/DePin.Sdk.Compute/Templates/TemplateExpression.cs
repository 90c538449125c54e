using System.Runtime.CompilerServices;

namespace DePin.Sdk.Compute.Templates;

/// <summary>An expression of a template.</summary>
internal abstract class TemplateExpression(int line)
{
    public int Line => line;

    public object? Evaluate(TemplateContext context)
    {
        context.Step(line);
        return RuntimeHelpers.TryEnsureSufficientExecutionStack()
            ? Compute(context)
            : throw context.Error("The expression is nested too deeply.");
    }

    protected abstract object? Compute(TemplateContext context);
}

internal sealed class LiteralExpression(object? value, int line) : TemplateExpression(line)
{
    public object? Value => value;

    protected override object? Compute(TemplateContext context) => value;
}

internal sealed class NameExpression(string name, int line) : TemplateExpression(line)
{
    public string Name => name;

    protected override object? Compute(TemplateContext context) => context.Get(name);
}

internal sealed class ListExpression(List<TemplateExpression> items, int line) : TemplateExpression(line)
{
    protected override object? Compute(TemplateContext context)
    {
        List<object?> list = new(items.Count);
        foreach (var item in items)
        {
            list.Add(item.Evaluate(context));
        }

        return list;
    }
}

internal sealed class MapExpression(List<(TemplateExpression Key, TemplateExpression Value)> entries, int line) : TemplateExpression(line)
{
    protected override object? Compute(TemplateContext context)
    {
        var map = new TemplateMap();
        foreach (var (key, value) in entries)
        {
            map.Entries[TemplateValues.Print(key.Evaluate(context)).Value] = value.Evaluate(context);
        }

        return map;
    }
}

/// <summary>then if condition else otherwise.</summary>
internal sealed class ConditionalExpression(TemplateExpression condition, TemplateExpression then, TemplateExpression? otherwise, int line)
    : TemplateExpression(line)
{
    protected override object? Compute(TemplateContext context) =>
        TemplateValues.IsTrue(condition.Evaluate(context)) ? then.Evaluate(context)
        : otherwise is null ? new Undefined("") : otherwise.Evaluate(context);
}

internal sealed class LogicalExpression(bool isAnd, TemplateExpression left, TemplateExpression right, int line) : TemplateExpression(line)
{
    protected override object? Compute(TemplateContext context)
    {
        object? value = left.Evaluate(context);
        return TemplateValues.IsTrue(value) == isAnd ? right.Evaluate(context) : value;
    }
}

internal sealed class NotExpression(TemplateExpression operand, int line) : TemplateExpression(line)
{
    protected override object? Compute(TemplateContext context) => !TemplateValues.IsTrue(operand.Evaluate(context));
}

internal sealed class NegateExpression(TemplateExpression operand, int line) : TemplateExpression(line)
{
    protected override object? Compute(TemplateContext context) => operand.Evaluate(context) switch
    {
        // Without the cast both arms would become floating-point numbers.
        long n => (object)unchecked(-n),
        double d => -d,
        var other => throw context.Error($"A {TemplateValues.TypeName(other)} cannot be negated."),
    };
}

internal sealed class BinaryExpression(string symbol, TemplateExpression left, TemplateExpression right, int line) : TemplateExpression(line)
{
    protected override object? Compute(TemplateContext context) =>
        TemplateOperators.Apply(context, symbol, left.Evaluate(context), right.Evaluate(context));
}

/// <summary>target.name or target[index].</summary>
internal sealed class MemberExpression(TemplateExpression target, TemplateExpression index, int line) : TemplateExpression(line)
{
    protected override object? Compute(TemplateContext context) =>
        TemplateMembers.Get(context, target.Evaluate(context), index.Evaluate(context));
}

internal sealed class SliceExpression(
    TemplateExpression target, TemplateExpression? start, TemplateExpression? end, TemplateExpression? step, int line) : TemplateExpression(line)
{
    protected override object? Compute(TemplateContext context) => TemplateMembers.Slice(
        context, target.Evaluate(context), start?.Evaluate(context), end?.Evaluate(context), step?.Evaluate(context));
}

/// <summary>Arguments of a call, a filter or a test.</summary>
internal sealed class TemplateArguments
{
    public List<TemplateExpression> Positional { get; } = [];

    public List<(string Name, TemplateExpression Value)> Named { get; } = [];

    public List<object?> Evaluate(TemplateContext context) => Positional.ConvertAll(a => a.Evaluate(context));

    public Dictionary<string, object?> EvaluateNamed(TemplateContext context)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in Named)
        {
            values[name] = value.Evaluate(context);
        }

        return values;
    }
}

internal sealed class CallExpression(TemplateExpression target, TemplateArguments arguments, int line) : TemplateExpression(line)
{
    protected override object? Compute(TemplateContext context)
    {
        object? function = target.Evaluate(context);
        return function is TemplateFunction callable
            ? callable(context, arguments.Evaluate(context), arguments.EvaluateNamed(context))
            : throw context.Error($"A {TemplateValues.TypeName(function)} cannot be called.");
    }
}

internal sealed class FilterExpression(TemplateExpression target, string name, TemplateArguments arguments, int line) : TemplateExpression(line)
{
    protected override object? Compute(TemplateContext context) =>
        TemplateFilters.Apply(context, name, target.Evaluate(context), arguments.Evaluate(context), arguments.EvaluateNamed(context));
}

internal sealed class TestExpression(TemplateExpression target, string name, bool negated, TemplateArguments arguments, int line)
    : TemplateExpression(line)
{
    protected override object? Compute(TemplateContext context) =>
        TemplateTests.Apply(context, name, target.Evaluate(context), arguments.Evaluate(context)) != negated;
}
