using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Jobs;

/// <summary>Generators of conversations, options and updates with everything that travels.</summary>
internal static class ChatSamples
{
    public static Gen<string> Text { get; } = Gen.OneOf(
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => WellFormed(s.Get)),
        Gen.Elements("", "Hello, traveller.", "naïve café", "日本語のテキスト", "👩‍🚀 rocket", "\n\r\t\0", new string('x', 300)));

    public static Gen<string> Name { get; } = Gen.Elements("a", "get_weather", "call_1", "X-1", "名前");

    public static Gen<AIContent> Content { get; } = Gen.OneOf(
        Text.Select(AIContent (t) => new TextContent(t)),
        Text.Select(AIContent (t) => new TextReasoningContent(t)),
        Name.Zip(Text, AIContent (n, t) => new FunctionCallContent("id-" + n, n, new Dictionary<string, object?> { ["text"] = t, ["n"] = 7L, ["none"] = null, ["list"] = new[] { t } })),
        Name.Select(AIContent (n) => new FunctionCallContent("id-" + n, n)),
        Name.Zip(Text, AIContent (n, t) => new FunctionResultContent("id-" + n, t)),
        Gen.Elements<AIContent>(new FunctionResultContent("id", 42L), new FunctionResultContent("id", null), new FunctionResultContent("id", true)),
        ArbMap.Default.GeneratorFor<byte[]>().Select(AIContent (b) => new DataContent(b ?? [], "image/png")),
        Gen.Elements<AIContent>(new UriContent("https://example.org/a%20b.png", "image/png")));

    public static Gen<ChatMessage> Message { get; } =
        from role in Gen.Elements(ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.Tool, new ChatRole("critic"))
        from contents in Content.ListOf()
        from author in Gen.Elements(null, "Mira")
        select new ChatMessage(role, [.. contents]) { AuthorName = author };

    public static Gen<IList<ChatMessage>> Messages { get; } = Message.NonEmptyListOf().Select(IList<ChatMessage> (l) => [.. l]);

    public static Gen<ChatOptions> Options { get; } =
        from bits in Gen.Choose(0, (1 << 14) - 1)
        from text in Text
        from name in Name
        from number in Gen.Choose(1, 100_000)
        select Make(bits, text, name, number);

    public static Gen<ChatResponseUpdate> Update { get; } =
        from contents in Gen.OneOf(Text.Select(IList<AIContent> (t) => [new TextContent(t)]), Content.ListOf().Select(IList<AIContent> (l) => [.. l]))
        from finish in Gen.Elements<ChatFinishReason?>(null, null, ChatFinishReason.Stop, ChatFinishReason.Length, ChatFinishReason.ToolCalls)
        from role in Gen.Elements<ChatRole?>(null, ChatRole.Assistant, ChatRole.Tool)
        select new ChatResponseUpdate(role, contents) { FinishReason = finish };

    public static JsonElement Schema { get; } = JsonDocument.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""").RootElement;

    private static ChatOptions Make(int bits, string text, string name, int number)
    {
        bool Has(int bit) => (bits & (1 << bit)) != 0;
        return new ChatOptions
        {
            Temperature = Has(0) ? number / 1000f : null,
            TopP = Has(1) ? 1f / number : null,
            TopK = Has(2) ? number : null,
            MaxOutputTokens = Has(3) ? number : null,
            Seed = Has(4) ? -number : null,
            FrequencyPenalty = Has(5) ? -number / 50_000f : null,
            PresencePenalty = Has(6) ? number / 50_000f : null,
            Instructions = Has(7) && text.Length > 0 ? text : null,
            StopSequences = Has(8) ? [name, "\n"[..0] + "END"] : null,
            ResponseFormat = Has(9) ? ChatResponseFormat.ForJsonSchema(Schema, name) : Has(10) ? ChatResponseFormat.Json : Has(11) ? ChatResponseFormat.Text : null,
            Tools = Has(12) ? [AIFunctionFactory.CreateDeclaration(name, text, Schema)] : null,
            ToolMode = (bits & 7) switch { 0 => ChatToolMode.Auto, 1 => ChatToolMode.None, 2 => ChatToolMode.RequireAny, 3 => ChatToolMode.RequireSpecific(name), _ => null },
            AdditionalProperties = Has(13) ? new() { ["min_p"] = 0.05, ["grammar"] = text, ["flag"] = true, ["n"] = (long)number, ["nothing"] = null } : null,
        };
    }

    // FsCheck's strings may hold half a surrogate pair, which is no text.
    private static string WellFormed(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
