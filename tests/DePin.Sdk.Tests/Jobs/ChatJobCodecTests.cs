using DePin.Sdk.Jobs;
using DePin.Sdk.Wire;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Jobs;

public sealed class ChatJobCodecTests
{
    [Fact]
    public void Decode_EncodedJob_IsTheSameConversation() => Prop.ForAll(
        Arb.From(ChatSamples.Messages), Arb.From(ChatSamples.Options), (messages, options) =>
        {
            var read = ChatJobCodec.Decode(ChatJobCodec.Encode(messages, options));
            Assert.Equal(messages.Count, read.Messages.Count);
            for (int i = 0; i < messages.Count; i++)
            {
                ChatAssert.Same(messages[i], read.Messages[i]);
            }

            ChatAssert.Same(options, read.Options);
            Assert.False(read.ContinueFinalMessage);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Encode_DecodedJob_IsTheSameBytes() => Prop.ForAll(Arb.From(ChatSamples.Messages), Arb.From(ChatSamples.Options), (messages, options) =>
    {
        // Map entries have no order, so one entry at most.
        options.AdditionalProperties = null;
        var bytes = ChatJobCodec.Encode(messages, options);
        var read = ChatJobCodec.Decode(bytes);
        Assert.Equal(bytes, ChatJobCodec.Encode(read.Messages, read.Options));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Decode_ContinuedAssistantMessage_SaysSo()
    {
        var read = ChatJobCodec.Decode(ChatJobCodec.Encode([new(ChatRole.User, "Hi"), new(ChatRole.Assistant, "Well")], null, continueFinalMessage: true));
        Assert.True(read.ContinueFinalMessage);
        Assert.Equal("Well", read.Messages[^1].Text);
    }

    [Fact]
    public void Encode_UsageOfAnEarlierAnswer_StaysBehind()
    {
        var read = ChatJobCodec.Decode(ChatJobCodec.Encode([new(ChatRole.Assistant, [new TextContent("a"), new UsageContent(new UsageDetails())])], null));
        Assert.Equal("a", Assert.IsType<TextContent>(Assert.Single(read.Messages[0].Contents)).Text);
    }

    [Fact]
    public void Encode_FunctionThatFailed_SendsItsMessage()
    {
        var failed = new FunctionResultContent("c", null) { Exception = new InvalidOperationException("no such city") };
        var read = ChatJobCodec.Decode(ChatJobCodec.Encode([new(ChatRole.Tool, [failed])], null));
        Assert.Equal("Error: no such city", Assert.IsType<FunctionResultContent>(read.Messages[0].Contents[0]).Result);
    }

    [Fact]
    public void Encode_ContentThatCannotTravel_IsUnsupported() =>
        Assert.Equal(DePinErrorCode.Unsupported, Assert.Throws<DePinException>(() => ChatJobCodec.Encode([new(ChatRole.User, [new HostedFileContent("f")])], null)).Code);

    [Fact]
    public void Encode_ConversationId_IsUnsupported() =>
        Assert.Equal(DePinErrorCode.Unsupported, Assert.Throws<DePinException>(() => ChatJobCodec.Encode([new(ChatRole.User, "a")], new() { ConversationId = "c" })).Code);

    [Fact]
    public void Encode_HostedTool_IsUnsupported() =>
        Assert.Equal(DePinErrorCode.Unsupported, Assert.Throws<DePinException>(() => ChatJobCodec.Encode([new(ChatRole.User, "a")], new() { Tools = [new HostedWebSearchTool()] })).Code);

    public static TheoryData<string> BadJobs => [.. Bad.Keys];

    private static Dictionary<string, Action<ChatJob>> Bad { get; } = new()
    {
        ["no messages"] = j => j.Messages.Clear(),
        ["no role"] = j => j.Messages[0].Role = " ",
        ["long role"] = j => j.Messages[0].Role = new string('r', 300),
        ["unknown content"] = j => j.Messages[0].Contents.Add(new ChatContent()),
        ["media type"] = j => j.Messages[0].Contents.Add(new ChatContent { Data = new BinaryContent { MediaType = "nonsense" } }),
        ["no media type"] = j => j.Messages[0].Contents.Add(new ChatContent { Data = new BinaryContent() }),
        ["relative uri"] = j => j.Messages[0].Contents.Add(new ChatContent { Uri = new DePin.Sdk.Wire.UriContent { Uri = "a/b", MediaType = "image/png" } }),
        ["arguments"] = j => j.Messages[0].Contents.Add(new ChatContent { FunctionCall = new FunctionCall { CallId = "1", Name = "f", ArgumentsJson = "[1]" } }),
        ["null arguments"] = j => j.Messages[0].Contents.Add(new ChatContent { FunctionCall = new FunctionCall { CallId = "1", Name = "f", ArgumentsJson = "null" } }),
        ["result"] = j => j.Messages[0].Contents.Add(new ChatContent { FunctionResult = new FunctionResult { CallId = "1", ResultJson = "{" } }),
        ["deep json"] = j => j.Messages[0].Contents.Add(new ChatContent { FunctionResult = new FunctionResult { CallId = "1", ResultJson = new string('[', 5000) + new string(']', 5000) } }),
        ["long json"] = j => j.Messages[0].Contents.Add(new ChatContent { FunctionResult = new FunctionResult { CallId = "1", ResultJson = '"' + new string('x', PayloadLimits.MaxJsonLength) + '"' } }),
        ["nan"] = j => j.Options.Temperature = float.NaN,
        ["infinite"] = j => j.Options.TopP = float.PositiveInfinity,
        ["no output"] = j => j.Options.MaxOutputTokens = 0,
        ["negative top k"] = j => j.Options.TopK = -1,
        ["tool mode"] = j => j.Options.ToolMode = "maybe",
        ["function mode"] = j => j.Options.ToolMode = "function:",
        ["format"] = j => j.Options.ResponseFormat = "xml",
        ["schema"] = j => (j.Options.ResponseFormat, j.Options.ResponseSchemaJson) = ("json", "7"),
        ["tool schema"] = j => j.Options.Tools.Add(new FunctionTool { Name = "f", ParametersSchemaJson = "" }),
        ["tool name"] = j => j.Options.Tools.Add(new FunctionTool { ParametersSchemaJson = "{}" }),
        ["empty stop"] = j => j.Options.StopSequences.Add(""),
        ["many stops"] = j => j.Options.StopSequences.AddRange(Enumerable.Repeat("s", PayloadLimits.MaxStopSequences + 1)),
        ["many messages"] = j => j.Messages.AddRange(Enumerable.Repeat(new ChatJobMessage { Role = "user" }, PayloadLimits.MaxMessages)),
        ["many contents"] = j => j.Messages[0].Contents.AddRange(Enumerable.Repeat(new ChatContent { Text = "a" }, PayloadLimits.MaxContents + 1)),
        ["very many messages"] = j => j.Messages.AddRange(Enumerable.Repeat(new ChatJobMessage(), 1_000_000)),
        ["continue user"] = j => j.ContinueFinalMessage = true,
        ["too long"] = j => j.Messages[0].Contents[0].Text = new string('x', PayloadLimits.MaxPayloadBytes),
    };

    [Theory]
    [MemberData(nameof(BadJobs))]
    public void Decode_BadJob_IsInvalidRequest(string name)
    {
        var job = new ChatJob { Options = new ChatJobOptions(), Messages = { new ChatJobMessage { Role = "user", Contents = { new ChatContent { Text = "Hi" } } } } };
        Assert.Equal("Hi", ChatJobCodec.Decode(job.ToByteArray()).Messages[0].Text);
        Bad[name](job);
        var problem = Assert.Throws<DePinException>(() => ChatJobCodec.Decode(job.ToByteArray()));
        Assert.Equal(DePinErrorCode.InvalidRequest, problem.Code);
        Assert.Equal(Fault.Consumer, problem.Fault);
    }

    [Fact]
    public void Decode_ManyTinySubmessages_IsRefusedBeforeTheyAreAllocated()
    {
        var bytes = new byte[8 * 1024 * 1024];
        for (int i = 0; i < bytes.Length; i += 2)
        {
            bytes[i] = (1 << 3) | 2; // an empty message, in two bytes
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(DePinErrorCode.InvalidRequest, Assert.Throws<DePinException>(() => ChatJobCodec.Decode(bytes)).Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Decode_MutatedJobs_ReadOrFailTyped()
    {
        var random = new Random(11);
        var seeds = Gen.Sample(ChatSamples.Messages.Zip(ChatSamples.Options), 20, 40).Select(s => ChatJobCodec.Encode(s.Item1, s.Item2)).ToArray();
        Assert.Equal(20_000, Mutations.Run(random, seeds, 20_000, bytes => ChatJobCodec.Decode(bytes)));
    }
}
