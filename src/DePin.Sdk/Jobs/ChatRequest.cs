using Microsoft.Extensions.AI;

namespace DePin.Sdk.Jobs;

/// <summary>What a chat job asks for.</summary>
/// <param name="Messages">The conversation.</param>
/// <param name="Options">How to answer; never null.</param>
/// <param name="ContinueFinalMessage">True: the last message is the assistant's, unfinished, and is to be continued where it stops.</param>
internal sealed record ChatRequest(IList<ChatMessage> Messages, ChatOptions Options, bool ContinueFinalMessage);
