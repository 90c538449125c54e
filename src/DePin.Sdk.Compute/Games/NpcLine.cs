using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Games;

/// <summary>Something that was said.</summary>
/// <param name="Message">By whom, and what.</param>
/// <param name="Tokens">
/// The tokens that the NPC said it with. Encoding its text gives other ones now and then, JSON by a grammar above all, and then the model
/// would have to read the conversation anew from there. Null for the player's lines, and where they are not known.
/// </param>
internal sealed record NpcLine(ChatMessage Message, int[]? Tokens = null);
