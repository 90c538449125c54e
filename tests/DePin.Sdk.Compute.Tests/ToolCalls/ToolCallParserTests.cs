using System.Text;
using System.Text.Json;
using DePin.Sdk.Compute.ToolCalls;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.ToolCalls;

public sealed class ToolCallParserTests
{
    private const string Hermes = "<tool_call>";
    private const string Mistral = "[TOOL_CALLS]";
    private const string Llama = "<|python_tag|>";
    private const string Phi = "<|tool|>";
    private const string Coder = "<tool_call> <parameter=";
    private const string Tagged = "<function=";
    private const string Fence = "<｜tool▁calls▁begin｜>";

    private static readonly AIFunctionDeclaration[] Tools =
    [
        AIFunctionFactory.CreateDeclaration("look", "Looks.", JsonDocument.Parse(
            """{"type":"object","properties":{"at":{"type":"string"},"times":{"type":"integer"}}}""").RootElement),
        AIFunctionFactory.CreateDeclaration("open_door", "Opens.", JsonDocument.Parse("""{"type":"object"}""").RootElement),
    ];

    [Theory]
    [InlineData(Hermes, "<tool_call>\n{\"name\": \"look\", \"arguments\": {\"at\": \"a\", \"times\": 2}}\n</tool_call>", "look{at=a,times=2}")]
    [InlineData(Hermes, "Let me see. <tool_call>{\"name\":\"look\",\"arguments\":{}}</tool_call>", "'Let me see. 'look{}")]
    [InlineData(Hermes, "<tool_call>{\"name\":\"look\",\"arguments\":{}}</tool_call>\n<tool_call>{\"name\":\"open_door\"}</tool_call>\n", "look{}open_door{}")]
    [InlineData(Hermes, "<tool_call>[{\"name\":\"look\",\"arguments\":{}},{\"name\":\"open_door\",\"arguments\":{}}]</tool_call>", "look{}open_door{}")]
    [InlineData(Hermes, "<tool_call>{\"name\":\"look\",\"arguments\":{\"at\":\"</tool_call> \\\"}{\"}}</tool_call>", "look{at=</tool_call> \"}{}")]
    [InlineData(Hermes, "<tool_call>{\"name\":\"look\",\"arguments\":{}}", "look{}")]
    [InlineData(Hermes, "<tool_call>{\"name\":\"look\",\"arguments\":{}}</tool_call> Done.", "look{}' Done.'")]
    [InlineData(Hermes, "<tool_call>{\"name\":\"look\",\"arguments\":\"{\\\"at\\\": \\\"x\\\"}\"}</tool_call>", "look{at=x}")]
    [InlineData(Hermes, "<tool_call>{\"type\":\"function\",\"function\":{\"name\":\"look\",\"parameters\":{\"at\":null}}}</tool_call>", "look{at=}")]
    [InlineData(Mistral, "[TOOL_CALLS][{\"name\": \"look\", \"arguments\": {\"at\": \"[x]\"}}]", "look{at=[x]}")]
    [InlineData(Mistral, "[TOOL_CALLS] [{\"name\":\"look\",\"arguments\":{},\"id\":\"123456789\"},{\"name\":\"open_door\",\"arguments\":{}}]", "look{}open_door{}")]
    [InlineData(Mistral, "I look.[TOOL_CALLS]look[ARGS]{\"at\": \"x\"}[TOOL_CALLS]open_door[ARGS]{}", "'I look.'look{at=x}open_door{}")]
    [InlineData(Mistral, "[TOOL_CALLS]look[CALL_ID]abcdefghi[ARGS]{}", "look{}")]
    [InlineData(Mistral, "[TOOL_CALLS]look{\"times\": 1}", "look{times=1}")]
    [InlineData(Llama, "{\"name\": \"look\", \"parameters\": {\"at\": \"x\"}}", "look{at=x}")]
    [InlineData(Llama, "\n {\"type\": \"function\", \"name\": \"look\", \"parameters\": {}}; {\"name\": \"open_door\", \"parameters\": {}}", "'\n 'look{}open_door{}")]
    [InlineData(Llama, "<|python_tag|>{\"name\": \"look\", \"parameters\": {}}", "look{}")]
    [InlineData(Phi, "<|tool_call|>[{\"name\": \"look\", \"arguments\": {}}]<|/tool_call|>", "look{}")]
    [InlineData(Phi, "functools[{\"name\": \"look\", \"arguments\": {\"at\": \"x\"}}]", "look{at=x}")]
    [InlineData(Coder, "<tool_call>\n<function=look>\n<parameter=at>\n12\n</parameter>\n<parameter=times>\n12\n</parameter>\n</function>\n</tool_call>", "look{at='12,times=12}")]
    [InlineData(Tagged, "<function=look>{\"at\": \"x\"}</function>", "look{at=x}")]
    [InlineData(Fence, "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>look\n```json\n{\"at\": \"x\"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>", "look{at=x}")]
    [InlineData(Fence, "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>look<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁call▁begin｜>open_door<｜tool▁sep｜>{}<｜tool▁call▁end｜>", "look{}open_door{}")]
    public void Append_Call_IsFoundHoweverTheTextIsCut(string template, string answer, string expected)
    {
        for (int size = 1; size <= answer.Length; size++)
        {
            Assert.Equal(expected.Replace("at='12", "at=12", StringComparison.Ordinal), Describe(Parse(template, answer, size)));
        }

        // The value of a text parameter stays text although it looks like a number.
        if (expected.Contains("'12", StringComparison.Ordinal))
        {
            Assert.IsType<string>(Parse(template, answer, answer.Length)[0].Call!.Arguments["at"]);
        }
    }

    [Theory]
    [InlineData(Hermes, "<tool_call>{\"name\": \"look\", \"arguments\": {")]
    [InlineData(Hermes, "<tool_call>{\"name\": \"look\", \"arguments\": [1]}</tool_call>")]
    [InlineData(Hermes, "<tool_call>{'name': 'look'}</tool_call>")]
    [InlineData(Hermes, "<tool_call>look</tool_call>")]
    [InlineData(Hermes, "<tool_call>")]
    [InlineData(Hermes, "<tool_call></tool_call>")]
    [InlineData(Hermes, "a < b <tool")]
    [InlineData(Hermes, "{\"name\": \"look\", \"arguments\": {}}")]
    [InlineData(Mistral, "[TOOL_CALLS] ")]
    [InlineData(Mistral, "[TOOL_CALLS]look at this[ARGS]{}")]
    [InlineData(Mistral, "[TOOL_CALLS][]")]
    [InlineData(Llama, "{\"name\": \"unknown\", \"parameters\": {}}")]
    [InlineData(Llama, "{\"say\": \"look\"}")]
    [InlineData(Llama, "{\"name\": \"Mira\", \"age\": 3}")]
    [InlineData(Llama, "  ")]
    [InlineData(Llama, "<|python_tag|>look.call(at=\"x\")")]
    [InlineData(Phi, "functools are fun")]
    [InlineData(Coder, "<tool_call>\n<function=look>\n<parameter=at>\n12")]
    [InlineData(Tagged, "<function=look at>{}</function>")]
    [InlineData(Fence, "<｜tool▁call▁begin｜>look{}")]
    public void Append_NoCall_ComesOutWhole(string template, string answer)
    {
        for (int size = 1; size <= answer.Length; size++)
        {
            var parts = Parse(template, answer, size);
            Assert.All(parts, p => Assert.Null(p.Call));
            Assert.Equal(answer, string.Concat(parts.Select(p => p.Text)));
        }
    }

    [Fact]
    public void Append_TextBeforeACall_StreamsAtOnce()
    {
        var parser = new ToolCallParser(ToolCallSyntax.Detect(Hermes), Tools);
        List<AnswerPart> parts = [];
        parser.Append("Wait <", parts);
        Assert.Equal("Wait ", Assert.Single(parts).Text);
        parser.Append("b> and <tool", parts);
        Assert.Equal("Wait <b> and ", string.Concat(parts.Select(p => p.Text)));
        var llama = new ToolCallParser(ToolCallSyntax.Detect(Llama), Tools);
        parts.Clear();
        llama.Append("{\"say", parts);
        Assert.Equal("{\"say", string.Concat(parts.Select(p => p.Text)));
    }

    [Fact]
    public void Append_RandomPieces_LoseNothing()
    {
        string[] pieces =
        [
            "<tool_call>", "</tool_call>", "<tool", "{", "}", "[", "]", "\"name\"", ": ", "\"look\"", ",", "\"arguments\"", "{}", "\n", ";", " a ", "\\", "\"",
            "[TOOL_CALLS]", "[ARGS]", "look", "<|python_tag|>", "functools", "<function=", ">", "</function>", "<parameter=", "</parameter>", "<｜tool▁sep｜>", "```",
            "<｜tool▁call▁begin｜>", "<｜tool▁calls▁begin｜>", "<｜tool▁call▁end｜>",
        ];
        string[] templates = [Hermes, Mistral, Llama, Phi, Coder, Tagged, Fence, ""];
        var random = new Random(7);
        int calls = 0;
        for (int i = 0; i < 10_000; i++)
        {
            var answer = new StringBuilder();
            for (int count = random.Next(1, 14); count > 0; count--)
            {
                answer.Append(pieces[random.Next(pieces.Length)]);
            }

            string template = templates[random.Next(templates.Length)];
            string whole = Describe(Parse(template, answer.ToString(), int.MaxValue));
            var parts = Parse(template, answer.ToString(), random.Next(1, 6));
            Assert.Equal(whole, Describe(parts));
            calls += parts.Count(p => p.Call is not null);
            if (parts.TrueForAll(p => p.Call is null))
            {
                Assert.Equal(answer.ToString(), string.Concat(parts.Select(p => p.Text)));
            }
        }

        Assert.True(calls > 10);
    }

    private static List<AnswerPart> Parse(string template, string answer, int size)
    {
        var parser = new ToolCallParser(ToolCallSyntax.Detect(template), Tools);
        List<AnswerPart> parts = [];
        for (int at = 0; at < answer.Length; at += Math.Min(size, answer.Length))
        {
            parser.Append(answer.Substring(at, Math.Min(size, answer.Length - at)), parts);
        }

        parser.Finish(parts);
        return parts;
    }

    private static string Describe(List<AnswerPart> parts)
    {
        var text = new StringBuilder();
        for (int i = 0; i < parts.Count; i++)
        {
            if (parts[i].Call is { } call)
            {
                text.Append(call.Name).Append('{').AppendJoin(',', call.Arguments.Select(a => $"{a.Key}={a.Value}")).Append('}');
            }
            else
            {
                bool begins = i == 0 || parts[i - 1].Call is not null;
                bool ends = i + 1 == parts.Count || parts[i + 1].Call is not null;
                text.Append(begins ? "'" : "").Append(parts[i].Text).Append(ends ? "'" : "");
            }
        }

        return text.ToString();
    }
}
