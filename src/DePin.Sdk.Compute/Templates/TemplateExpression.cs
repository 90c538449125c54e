using System.Runtime.CompilerServices;

namespace DePin.Sdk.Compute.Templates;

/// <summary>An expression of a template.</summary>
internal abstract class TemplateExpression(TemplatePosition position)
{
    public TemplatePosition Position => position;

    public object? Evaluate(TemplateContext context)
    {
        context.Step(position);
        return RuntimeHelpers.TryEnsureSufficientExecutionStack()
            ? Compute(context)
            : throw context.Error("The expression is nested too deeply.");
    }

    protected abstract object? Compute(TemplateContext context);
}

internal sealed class LiteralExpression(object? value, TemplatePosition position) : TemplateExpression(position)
{
    public object? Value => value;

    protected override object? Compute(TemplateContext context) => value;
}

internal sealed class NameExpression(string name, TemplatePosition position) : TemplateExpression(position)
{
    public string Name => name;

    protected override object? Compute(TemplateContext context) => context.Get(name);
}

internal sealed class ListExpression(List<TemplateExpression> items, bool isTuple, TemplatePosition position) : TemplateExpression(position)
{
    protected override object? Compute(TemplateContext context)
    {
        List<object?> list = new(items.Count);
        foreach (var item in items)
        {
            list.Add(item.Evaluate(context));
        }

        return isTuple ? new TemplateTuple(list) : list;
    }
}

internal sealed class MapExpression(List<(TemplateExpression Key, TemplateExpression Value)> entries, TemplatePosition position) : TemplateExpression(position)
{
    protected override object? Compute(TemplateContext context)
    {
        var map = new TemplateMap();
        foreach (var (key, value) in entries)
        {
            object? evaluated = key.Evaluate(context);
            string name = TemplateValues.Print(evaluated).Value;
            map.Entries[name] = value.Evaluate(context);
            if (evaluated is long)
            {
                (map.NumberKeys ??= new HashSet<string>(StringComparer.Ordinal)).Add(name);
            }
        }

        return map;
    }
}

/// <summary>then if condition else otherwise.</summary>
internal sealed class ConditionalExpression(TemplateExpression condition, TemplateExpression then, TemplateExpression? otherwise, TemplatePosition position)
    : TemplateExpression(position)
{
    protected override object? Compute(TemplateContext context) =>
        TemplateValues.IsTrue(condition.Evaluate(context)) ? then.Evaluate(context)
        : otherwise is null ? new Undefined("") : otherwise.Evaluate(context);
}

internal sealed class LogicalExpression(bool isAnd, TemplateExpression left, TemplateExpression right, TemplatePosition position) : TemplateExpression(position)
{
    protected override object? Compute(TemplateContext context)
    {
        object? value = left.Evaluate(context);
        return TemplateValues.IsTrue(value) == isAnd ? right.Evaluate(context) : value;
    }
}

internal sealed class NotExpression(TemplateExpression operand, TemplatePosition position) : TemplateExpression(position)
{
    protected override object? Compute(TemplateContext context) => !TemplateValues.IsTrue(operand.Evaluate(context));
}

internal sealed class NegateExpression(TemplateExpression operand, TemplatePosition position) : TemplateExpression(position)
{
    protected override object? Compute(TemplateContext context) => operand.Evaluate(context) switch
    {
        // Without the cast both arms would become floating-point numbers.
        long n => (object)unchecked(-n),
        double d => -d,
        var other => throw context.Error($"A {TemplateValues.TypeName(other)} cannot be negated."),
    };
}

internal sealed class BinaryExpression(string symbol, TemplateExpression left, TemplateExpression right, TemplatePosition position) : TemplateExpression(position)
{
    protected override object? Compute(TemplateContext context) =>
        TemplateOperators.Apply(context, symbol, left.Evaluate(context), right.Evaluate(context));
}

/// <summary>target[index].</summary>
internal sealed class MemberExpression(TemplateExpression target, TemplateExpression index, TemplatePosition position) : TemplateExpression(position)
{
    protected override object? Compute(TemplateContext context) =>
        TemplateMembers.Get(context, target.Evaluate(context), index.Evaluate(context));
}

/// <summary>target.name, where a method comes before an element of the same name.</summary>
internal sealed class AttributeExpression(TemplateExpression target, string name, TemplatePosition position) : TemplateExpression(position)
{
    private readonly TemplateText _name = new(name);

    protected override object? Compute(TemplateContext context) => TemplateMembers.GetAttribute(context, target.Evaluate(context), _name);
}

internal sealed class SliceExpression(
    TemplateExpression target, TemplateExpression? start, TemplateExpression? end, TemplateExpression? step, TemplatePosition position) : TemplateExpression(position)
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

internal sealed class CallExpression(TemplateExpression target, TemplateArguments arguments, TemplatePosition position) : TemplateExpression(position)
{
    protected override object? Compute(TemplateContext context) => Call(context, null);

    /// <summary>Calls with one more named argument, the body of a call block.</summary>
    public object? Call(TemplateContext context, TemplateFunction? caller)
    {
        object? function = target.Evaluate(context);
        if ((function as TemplateFunction ?? (function as TemplateMap)?.Call) is not { } callable)
        {
            throw context.Error($"A {TemplateValues.TypeName(function)} cannot be called.");
        }

        var named = arguments.EvaluateNamed(context);
        if (caller is not null)
        {
            named["caller"] = caller;
        }

        return callable(context, arguments.Evaluate(context), named);
    }
}

internal sealed class FilterExpression(TemplateExpression target, string name, TemplateArguments arguments, TemplatePosition position) : TemplateExpression(position)
{
    protected override object? Compute(TemplateContext context) =>
        TemplateFilters.Apply(context, name, target.Evaluate(context), arguments.Evaluate(context), arguments.EvaluateNamed(context));
}

internal sealed class TestExpression(TemplateExpression target, string name, bool negated, TemplateArguments arguments, TemplatePosition position)
    : TemplateExpression(position)
{
    protected override object? Compute(TemplateContext context) =>
        TemplateTests.Apply(context, name, target.Evaluate(context), arguments.Evaluate(context)) != negated;
}
