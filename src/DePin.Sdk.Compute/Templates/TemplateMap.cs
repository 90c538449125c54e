using System.Globalization;

namespace DePin.Sdk.Compute.Templates;

/// <summary>A mapping that keeps the order of its entries; also what <c>namespace()</c> makes, which templates may write to.</summary>
internal sealed class TemplateMap(bool isNamespace = false)
{
    public Dictionary<string, object?> Entries { get; } = new(StringComparer.Ordinal);

    public bool IsNamespace => isNamespace;

    /// <summary>Who wrote the keys, when they become text.</summary>
    public TextOrigin KeyOrigin { get; init; }

    /// <summary>What calling it does, for the few mappings that can be called.</summary>
    public TemplateFunction? Call { get; set; }

    /// <summary>Keys that are whole numbers, or null when none is.</summary>
    public HashSet<string>? NumberKeys { get; set; }

    /// <summary>A key as a value: text, or the number that it is.</summary>
    public object Key(string key) => NumberKeys?.Contains(key) == true ? long.Parse(key, CultureInfo.InvariantCulture) : KeyText(key);

    public TemplateText KeyText(string key) => new(key, KeyOrigin);
}
