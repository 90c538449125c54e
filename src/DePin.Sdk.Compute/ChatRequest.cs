using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using DePin.Sdk.Compute.Generation;
using DePin.Sdk.Compute.Grammars;
using DePin.Sdk.Compute.Sampling;
using DePin.Sdk.Compute.ToolCalls;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute;

/// <summary>What a request asks for, checked.</summary>
internal sealed record ChatRequest(SamplingOptions Sampling, int? MaxOutputTokens, IReadOnlyList<string> Stops, RequestProperties Properties, GrammarSource? Grammar, ToolRequest Tools)
{
    public static ChatRequest Read(ChatOptions? options, SamplingOptions defaults)
    {
        if (options?.MaxOutputTokens is < 1)
        {
            throw new ArgumentException("MaxOutputTokens must be at least 1, or null for as many as the context holds.", nameof(options));
        }

        var stops = options?.StopSequences?.ToArray() ?? [];
        if (Array.Exists(stops, string.IsNullOrEmpty))
        {
            throw new ArgumentException("A stop sequence is empty.", nameof(options));
        }

        var sampling = defaults with
        {
            Temperature = options?.Temperature ?? defaults.Temperature,
            TopP = options?.TopP ?? defaults.TopP,
            TopK = options?.TopK ?? defaults.TopK,
            FrequencyPenalty = options?.FrequencyPenalty ?? defaults.FrequencyPenalty,
            PresencePenalty = options?.PresencePenalty ?? defaults.PresencePenalty,
            MinP = ReadNumber(options, ComputePropertyNames.MinP) ?? defaults.MinP,
            RepetitionPenalty = ReadNumber(options, ComputePropertyNames.RepetitionPenalty) ?? defaults.RepetitionPenalty,
            Seed = options?.Seed ?? BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)),
        };
        sampling.Validate();
        return new ChatRequest(sampling, options?.MaxOutputTokens, stops, RequestProperties.Read(options?.AdditionalProperties), GrammarSource.Read(options), ToolRequest.Read(options));
    }

    private static float? ReadNumber(ChatOptions? options, string name)
    {
        if (options?.AdditionalProperties is not { } properties || !properties.TryGetValue(name, out object? value) || value is null)
        {
            return null;
        }

        return value switch
        {
            JsonElement { ValueKind: JsonValueKind.Number } json => json.GetSingle(),
            float or double or decimal or int or long => Convert.ToSingle(value, CultureInfo.InvariantCulture),
            _ => throw new ArgumentException($"AdditionalProperties[\"{name}\"] must be a number, not a {value.GetType().Name}.", nameof(options)),
        };
    }
}
