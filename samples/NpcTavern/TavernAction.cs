using System.Text.Json.Serialization;

namespace NpcTavern;

/// <summary>What a character answers: words, and a gesture that the game plays.</summary>
internal sealed record TavernAction([property: JsonPropertyName("say")] string Say, [property: JsonPropertyName("do")] string Do);

[JsonSerializable(typeof(TavernAction))]
internal sealed partial class TavernContext : JsonSerializerContext;
