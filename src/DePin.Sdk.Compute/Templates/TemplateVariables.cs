using System.Text.Json;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Templates;

/// <summary>The variables of a template that a request sets.</summary>
internal static class TemplateVariables
{
    public static IReadOnlyDictionary<string, object?> Read(ChatOptions? options)
    {
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (options?.Reasoning?.Effort is { } effort)
        {
            variables[ComputePropertyNames.EnableThinking] = effort != ReasoningEffort.None;
            if (effort != ReasoningEffort.None)
            {
                variables["reasoning_effort"] = effort switch { ReasoningEffort.Low => "low", ReasoningEffort.Medium => "medium", _ => "high" };
            }
        }

        if (options?.AdditionalProperties is not { } properties)
        {
            return variables;
        }

        if (properties.TryGetValue(ComputePropertyNames.TemplateVariables, out object? value) && value is not null)
        {
            var json = TemplateJsonReader.ToJson(value);
            if (json.ValueKind != JsonValueKind.Object)
            {
                throw new ArgumentException($"AdditionalProperties[\"{ComputePropertyNames.TemplateVariables}\"] must be an object, not a {json.ValueKind}.", nameof(options));
            }

            foreach (var property in json.EnumerateObject())
            {
                variables[property.Name] = property.Value;
            }
        }

        if (properties.TryGetValue(ComputePropertyNames.EnableThinking, out object? thinks) && thinks is not null)
        {
            variables[ComputePropertyNames.EnableThinking] = thinks switch
            {
                bool enabled => enabled,
                JsonElement { ValueKind: JsonValueKind.True or JsonValueKind.False } json => json.GetBoolean(),
                _ => throw new ArgumentException(
                    $"AdditionalProperties[\"{ComputePropertyNames.EnableThinking}\"] must be true or false, not a {thinks.GetType().Name}.", nameof(options)),
            };
        }

        return variables;
    }
}
