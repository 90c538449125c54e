using DePin.Sdk.Jobs;
using DePin.Sdk.Providers;
using DePin.Sdk.Testing;
using DePin.Sdk.Testing.Conformance;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Providers;

public class JobHandlerConformanceTests
{
    public static TheoryData<string> CaseNames => [.. JobHandlerConformance.CaseNames];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public Task ChatJobHandler_Case_Passes(string caseName) => new JobHandlerConformance(
        () => new ChatJobHandler(new ScriptedChatClient(ScriptedChatClient.Numbered(10))),
        ChatJobCodec.Encode([new ChatMessage(ChatRole.User, "Greet the traveller.")], null)).RunAsync(caseName);

    [Theory]
    [MemberData(nameof(CaseNames))]
    public Task EmbeddingsJobHandler_Case_Passes(string caseName) => new JobHandlerConformance(
        () => new EmbeddingsJobHandler(new LengthEmbedder(reportsUsage: false)),
        EmbeddingJobCodec.Encode(Enumerable.Repeat("text", 200), null)).RunAsync(caseName);
}
