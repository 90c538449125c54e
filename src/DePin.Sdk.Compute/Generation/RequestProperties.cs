using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Generation;

/// <summary>What a request says in its additional properties about how it is run, checked.</summary>
/// <param name="Priority">Requests of higher priority are served first.</param>
/// <param name="CacheKey">Who shares cached beginnings with it; null for everybody who names no key.</param>
/// <param name="Adapter">The name of the adapter to run with; null for none.</param>
/// <param name="LogProbs">How many alternatives to report with each token; null to report no probabilities.</param>
internal sealed record RequestProperties(int Priority, string? CacheKey, string? Adapter, int? LogProbs)
{
    private const int MostAlternatives = 20;

    public static RequestProperties Read(AdditionalPropertiesDictionary? properties)
    {
        int? alternatives = ReadInteger(properties, ComputePropertyNames.TopLogProbs);
        if (alternatives is < 0 or > MostAlternatives)
        {
            throw new ArgumentException($"AdditionalProperties[\"{ComputePropertyNames.TopLogProbs}\"] must be 0 to {MostAlternatives}, not {alternatives}.");
        }

        return new RequestProperties(
            ReadInteger(properties, ComputePropertyNames.Priority) ?? 0,
            ReadText(properties, ComputePropertyNames.CacheKey),
            ReadText(properties, ComputePropertyNames.Adapter),
            alternatives ?? (ReadBoolean(properties, ComputePropertyNames.LogProbs) ? 0 : null));
    }

    private static bool ReadBoolean(AdditionalPropertiesDictionary? properties, string name) => Find(properties, name) switch
    {
        null => false,
        bool value => value,
        JsonElement { ValueKind: JsonValueKind.True } => true,
        JsonElement { ValueKind: JsonValueKind.False } => false,
        var other => throw Error(name, "true or false", other),
    };

    private static int? ReadInteger(AdditionalPropertiesDictionary? properties, string name) => Find(properties, name) switch
    {
        null => null,
        int value => value,
        long value when value is >= int.MinValue and <= int.MaxValue => (int)value,
        JsonElement { ValueKind: JsonValueKind.Number } json when json.TryGetInt32(out int value) => value,
        double value when value == Math.Floor(value) && Math.Abs(value) <= int.MaxValue => (int)value,
        var other => throw Error(name, "an integer", other),
    };

    private static string? ReadText(AdditionalPropertiesDictionary? properties, string name) => Find(properties, name) switch
    {
        null => null,
        string { Length: > 0 } value => value,
        JsonElement { ValueKind: JsonValueKind.String } json when json.GetString() is { Length: > 0 } value => value,
        var other => throw Error(name, "a text that is not empty", other),
    };

    private static object? Find(AdditionalPropertiesDictionary? properties, string name) =>
        properties is not null && properties.TryGetValue(name, out object? value) ? value : null;

    private static ArgumentException Error(string name, string wanted, object found) => new(
        $"AdditionalProperties[\"{name}\"] must be {wanted}, not {Convert.ToString(found, CultureInfo.InvariantCulture)} ({found.GetType().Name}).");
}
