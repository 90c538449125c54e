using System.Text.Json;
using System.Text.Json.Serialization;

namespace DePin.Sdk.Compute.Games;

/// <summary>What is saved of a conversation beside the state of the model.</summary>
internal sealed class NpcSaveData
{
    public string Model { get; set; } = "";

    public string Persona { get; set; } = "";

    public string MemoryHeading { get; set; } = "";

    public string? SpeechProperty { get; set; }

    /// <summary>The chat options as Microsoft.Extensions.AI writes them.</summary>
    public JsonElement Chat { get; set; }

    public List<NpcSavedLine> Examples { get; set; } = [];

    public List<string> Facts { get; set; } = [];

    public List<NpcSavedLine> Lines { get; set; } = [];

    public int Forgotten { get; set; }
}

/// <summary>A message in a save.</summary>
/// <param name="Player">Whether the player said it, not the NPC.</param>
/// <param name="Text">What was said.</param>
/// <param name="Tokens">The tokens that the NPC said it with; null where they are not known.</param>
internal sealed record NpcSavedLine(bool Player, string Text, int[]? Tokens = null);

/// <summary>How saves are read and written.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.General, RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(NpcSaveData))]
internal sealed partial class NpcSaveContext : JsonSerializerContext;
