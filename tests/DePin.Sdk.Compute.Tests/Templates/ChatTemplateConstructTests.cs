using System.Text.Json;
using DePin.Sdk.Compute.Templates;
using DePin.Sdk.Compute.Tests.Gguf;
using DePin.Sdk.Compute.ToolCalls;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Templates;

/// <summary>Constructs of published templates; what is expected is what Jinja2 gives with the settings of Hugging Face's libraries.</summary>
public sealed class ChatTemplateConstructTests
{
    private const string Calls =
        "{% if tools %}{{ tools | tojson }}{{ '\n' }}{% endif %}{% for m in messages %}{{ m.role }}{% if m.name %}({{ m.name }}{{ '#' ~ m.tool_call_id if m.tool_call_id }}){% endif %}:" +
        "{{ m.reasoning_content ~ '|' if m.reasoning_content }}{{ m.content if m.content is not none else '-' }}" +
        "{% for c in m.tool_calls or [] %}[{{ c.id }} {{ c.function.name }} {{ c.function.arguments | tojson }}]{% endfor %}{{ '\n' }}{% endfor %}";

    private static readonly AIFunctionDeclaration Look = AIFunctionFactory.CreateDeclaration("look", "Looks \"around\".", JsonDocument.Parse(
        """{"type":"object","properties":{"at":{"type":"string"},"far":{"type":"number","default":1.0,"maximum":10}}}""").RootElement);

    private static readonly ChatMessage[] Conversation =
    [
        new(ChatRole.User, "Hi"),
        new(ChatRole.Assistant,
        [
            new TextReasoningContent("Hm."), new TextContent("So."),
            new FunctionCallContent("call00000", "look", new Dictionary<string, object?> { ["at"] = "a well", ["n"] = 2, ["x"] = null }),
            new FunctionCallContent("call00001", "look", null),
        ]),
        new(ChatRole.Tool, [new FunctionResultContent("call00000", "wet"), new FunctionResultContent("call00001", new { Seen = new[] { 1.5 } })]),
        new(ChatRole.Tool, [new FunctionResultContent("call00009", null) { Exception = new InvalidOperationException("It is dark.") }]),
    ];

    [Theory]
    [InlineData("{% macro turn(role, text='none') %}<{{ role }}>{{ text }}{% endmacro %}{{ turn('user', 'Hi') }}{{ turn(text='x', role='y') }}{{ turn('z') }}", "<user>Hi<y>x<z>none")]
    [InlineData("{% macro join(sep) %}{{ varargs | join(sep) }}{{ kwargs }}{% endmacro %}{{ join('-', 1, 2, end='.') }}", "1-2{'end': '.'}")]
    [InlineData("{% macro box(x) %}[{{ caller(x) }}]{% endmacro %}{% call(inner) box(3) %}{{ inner + 1 }}{% endcall %}", "[4]")]
    [InlineData("{% set x = 1 %}{% macro m() %}{{ x }}{% endmacro %}{% set x = 2 %}{{ m() }}", "2")]
    [InlineData("{% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "3210")]
    [InlineData("{% filter upper | trim %} ab {% endfilter %}|{% set y | replace('a', 'b') %}aa{% endset %}{{ y }}", "AB|bb")]
    [InlineData("{% raw %}{{ x }}{% if %}{% endraw %}|{%- raw -%} {{ y }} {%- endraw -%} z", "{{ x }}{% if %}|{{ y }}z")]
    [InlineData("{% for a in [1, [2, [3]]] recursive %}{{ a if a is number else '(' ~ loop(a) ~ ')' }}{% endfor %}", "1(2(3))")]
    [InlineData("{% for a in [1, 1, 2] %}{{ loop.changed(a) }}{{ loop.cycle('a', 'b') }}{{ loop.depth }};{% endfor %}", "Truea1;Falseb1;Truea1;")]
    [InlineData("{% for a in 'ab' %}{{ loop.previtem is defined }}{{ loop.nextitem | default('-') }}{{ loop.revindex }}{% endfor %}", "Falseb2True-1")]
    [InlineData("{% for k, v in {'b': 1, 'a': 2} | dictsort %}{{ k }}{{ v }}{% endfor %}{% for k, v in {'b': 2, 'a': 1} | dictsort(by='value', reverse=true) %}{{ k }}{% endfor %}", "a2b1ba")]
    [InlineData("{{ ['b', 'A', 'c'] | sort | join }}{{ [{'n': 2}, {'n': 1}] | sort(attribute='n') | map(attribute='n') | join }}{{ [3, 1] | sort(reverse=true) }}", "Abc12[3, 1]")]
    [InlineData("{{ [{'f': {'n': 'x'}}, {'f': {}}] | map(attribute='f.n', default='-') | list }}{{ ['a', 'b'] | map('upper') | list }}", "['x', '-']['A', 'B']")]
    [InlineData("{{ [1, 2, 3, 4] | select('odd') | list }}{{ [1, 2, 3] | reject('gt', 1) | list }}{{ [1, none, 2] | select | list }}", "[1, 3][1][1, 2]")]
    [InlineData("{{ [{'k': 1, 'v': 'a'}, {'k': 2, 'v': 'b'}, {'k': 1, 'v': 'c'}] | groupby('k') | map('last') | map('length') | list }}", "[2, 1]")]
    [InlineData("{{ [1, 2] | sum }}{{ [3, 1] | min }}{{ [3, 1] | max }}{{ ['a', 'A', 'b'] | unique | join }}{{ [1, 2, 3] | batch(2) | list }}", "313ab[[1, 2], [3]]")]
    [InlineData("{{ 5 | round }}|{{ 2.567 | round(1) }}|{{ 2.1 | round(method='ceil') }}|{{ '3.9' | int }}|{{ 'x' | int(7) }}|{{ 'x' | float(1.5) }}", "5|2.6|3.0|3|7|1.5")]
    [InlineData("{{ {'b': [1, 2], 'a': 'é'} | tojson }}{{ {'b': 1, 'a': 2} | tojson(sort_keys=true, separators=(',', ':')) }}{{ 'é' | tojson(ensure_ascii=true) }}", "{\"b\": [1, 2], \"a\": \"é\"}{\"a\":2,\"b\":1}\"\\u00e9\"")]
    [InlineData("{{ [] | tojson(indent=2) }}{{ {'a': [1]} | tojson(indent=1) }}", "[]{\n \"a\": [\n  1\n ]\n}")]
    [InlineData("{{ \"it's\" | tojson }}{{ ['it\\'s', 'a\"b', 'a\\n'] }}{{ {1: 'x', 'k': (1,)} }}", "\"it's\"[\"it's\", 'a\"b', 'a\\n']{1: 'x', 'k': (1,)}")]
    [InlineData("{{ '%s is %d, %.2f%%' % ('x', 3, 1.5) }}|{{ '%5s|%-3s|%03d' % ('a', 'b', 7) }}|{{ 'x%s' | format(1) }}", "x is 3, 1.50%|    a|b  |007|x1")]
    [InlineData("{{ '{} {1} {a}'.format('x', 'y', a=2) if false else '{0}{a}{{}}'.format('x', a=2) }}{{ '{:>3}|{:<3}|'.format('a', 'b') }}", "x2{}  a|b  |")]
    [InlineData("{{ 'a-b-c'.rsplit('-', 1) }}{{ 'k=v=w'.partition('=') }}{{ 'prefix-x'.removeprefix('prefix-') }}{{ 'aXb'.find('X') }}{{ 'abab'.count('ab') }}", "['a-b', 'c']('k', '=', 'v=w')x12")]
    [InlineData("{{ '12'.isdigit() }}{{ 'a1'.isalpha() }}{{ ' '.isspace() }}{{ 'A'.isupper() }}{{ 'abc'.endswith(('x', 'bc')) }}", "TrueFalseTrueTrueTrue")]
    [InlineData("{{ 'ab' * 3 }}{{ [1] * 2 }}{{ 'a' ~ 1 ~ 2.0 }}{{ 10 // 3 }}{{ 2 ** 3 ** 2 }}{{ -2 | abs }}", "ababab[1, 1]a12.03642")]
    [InlineData("{{ true is number }}{{ x is sequence }}{{ x is iterable }}{{ 3 is iterable }}{{ namespace(a=1) is mapping }}{{ 1 is sameas true }}{{ 'A' is upper }}", "TrueTrueTrueFalseFalseFalseTrue")]
    [InlineData("{{ none is none }}{{ x is none }}{{ 0 is false }}{{ false is false }}{{ 1.0 is float }}{{ 1 is integer }}{{ true is boolean }}", "TrueFalseFalseTrueTrueTrueTrue")]
    [InlineData("{{ {'items': 1}['items'] }}{{ {'get': 5}.get('get') }}{{ {'a': none}.a is none }}{{ {'a': 1}.keys() | list }}{{ {'a': 1}.values() | list }}", "15True['a'][1]")]
    [InlineData("{{ 'it\\'s a-b' | title }}{{ \"it's\".title() }}{{ 'ÄB' | lower }}{{ 'x' | capitalize }}", "It's A-BIt'SäbX")]
    [InlineData("{{ 'a\\n\\nb' | indent(2) }}|{{ 'a\\nb' | indent(1, true) }}|{{ 'a\\n\\nb' | indent(1, blank=true) }}", "a\n\n  b| a\n b|a\n \n b")]
    [InlineData("{{ '\\u00e9\\x41\\t' }}|{{ 'a\\\\d' }}|{{ '\\q' }}", "éA\t|a\\d|\\q")]
    [InlineData("{{ 1e3 }}{{ 1.5e-7 }}{{ 1e16 }}{{ 123456789.125 }}{{ 0.0001 }}", "1000.01.5e-071e+16123456789.1250.0001")]
    [InlineData("{{ [1, 2, 3, 4][1:-1] }}{{ [1, 2, 3][::-1] }}{{ 'abcdef'[4:1:-2] }}{{ [1, 2][-1] }}{{ [1, 2][5] is defined }}{{ (1, 2) }}", "[2, 3][3, 2, 1]ec2False(1, 2)")]
    [InlineData("{% set a, b = (1, 2) %}{{ a }}{{ b }}{% set t = 1, 2 %}{{ t }}{% for x, y in [(1, 2), (3, 4)] %}{{ x * y }}{% endfor %}", "12(1, 2)212")]
    [InlineData("{% set ns = namespace(found=false, n=0) %}{% for i in range(5) %}{% if i == 3 %}{% set ns.found = true %}{% break %}{% endif %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.found }}{{ ns.n }}", "True3")]
    [InlineData("{% set q = [] %}{% set _ = q.append(1) %}{% set _ = q.append(2) %}{{ q.pop(0) }}{{ q }}", "1[2]")]
    [InlineData("{{ 'x' if false }}{{ ('a' if x else 'b') ~ ('c' if not x) }}{{ x or 'd' }}{{ x and x.y }}", "bcd")]
    [InlineData("{{ 1 in [1] and 2 not in [1] }}{{ 'a' is in 'abc' }}{{ not 1 == 2 }}{{ 1 < 2 <= 2 }}", "TrueTrueTrueTrue")]
    [InlineData("{{ '<' | e }}{{ '<' | safe }}{{ 'a b c' | wordcount }}", "&lt;<3")]
    [InlineData("a\r\nb{% if true %}\r\nc\r\n{% endif %}\r\nd", "a\nbc\nd")]
    [InlineData("  {%- if true %}\n  x\n  {%- endif %}\n\n{# c #}\ny {#- d -#}\n z", "  x\nyz")]
    [InlineData("x\n    {%+ if true %}y{% endif +%}\n  {{- 'z' }}\n", "x\n    yz")]
    public void Render_Construct_GivesWhatJinjaGives(string source, string expected) => Assert.Equal(expected, ChatTemplate.Parse(source).Render([]));

    [Theory]
    [InlineData("line\n  {{ 1 + }}", 2, 12)]
    [InlineData("a {{ 'open }}", 1, 6)]
    [InlineData("\n  {% raw %} x", 2, 5)]
    [InlineData("{% macro f( %}", 1, 3)]
    [InlineData("{% call 3 %}{% endcall %}", 1, 9)]
    [InlineData("{{ '\\u12' }}", 1, 6)]
    [InlineData("{% for a in b %}\n{% macro m() %}{% break %}{% endmacro %}{% endfor %}", 2, 19)]
    public void Parse_Malformed_NamesThePlace(string source, int line, int column)
    {
        var error = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(source));
        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Contains($"line {line}, column {column}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x\n {{ none + 1 }}", 2, 10)]
    [InlineData("{% macro f(a) %}{{ a.b }}{% endmacro %}\n{{ f() }}", 1, 21)]
    [InlineData("{% macro f(a) %}{% endmacro %}{{ f(1, 2) }}", 1, 39)]
    [InlineData("{% macro f(a) %}{% endmacro %}{{ f(b=2) }}", 1, 38)]
    [InlineData("{{ '%d' % 'x' }}", 1, 11)]
    [InlineData("{{ '{}'.format() }}", 1, 9)]
    [InlineData("{{ [1, 'a'] | sort }}", 1, 8)]
    [InlineData("{{ x | tojson }}", 0, 0)]
    public void Render_Failing_NamesThePlace(string source, int line, int column)
    {
        var error = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(source).Render([]));
        Assert.Equal(line, error.Line);
        Assert.InRange(error.Column, column > 0 ? 1 : 0, source.Length);
    }

    [Theory]
    [InlineData("{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}")]
    [InlineData("{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}")]
    [InlineData("{% set q = [1] %}{% for a in q %}{% set _ = q.append(1) %}{% endfor %}")]
    [InlineData("{{ 'xxxxxxxxxxxxxxxx' * 999999999 * 999999999 }}")]
    [InlineData("{{ '%1000s' % ('%1000s' % 'x') * 100000 }}")]
    [InlineData("{% set q = [] %}{% set _ = q.append(q) %}{{ q }}")]
    [InlineData("{% macro f() %}{{ caller() }}{% endmacro %}{% for i in range(99999) %}{% call f() %}{% for j in range(99999) %}{% endfor %}{% endcall %}{% endfor %}")]
    public void Render_Hostile_EndsWithAnError(string source) =>
        Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(source, new ChatTemplateLimits(200_000, 1 << 20)).Render([]));

    [Fact]
    public void Render_Time_IsTheOneGiven()
    {
        var now = new DateTimeOffset(2024, 7, 6, 13, 4, 5, TimeSpan.Zero);
        string text = ChatTemplate.Parse("{{ strftime_now('%d %b %Y|%A|%-d.%-m.|%H:%M|%j %%') }}").Render(new TemplateInput([]) { Now = now }).Value;
        Assert.Equal("06 Jul 2024|Saturday|6.7.|13:04|188 %", text);
        Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse("{{ strftime_now('%Q') }}").Render([]));
    }

    [Fact]
    public void Render_FunctionsAndCalls_HaveTheShapeThatTemplatesExpect() => Assert.Equal(
        """
        [{"type": "function", "function": {"name": "look", "description": "Looks \"around\".", "parameters": {"type": "object", "properties": {"at": {"type": "string"}, "far": {"type": "number", "default": 1.0, "maximum": 10}}}}}]
        user:Hi
        assistant:Hm.|So.[call00000 look {"at": "a well", "n": 2, "x": null}][call00001 look {}]
        tool(look#call00000):wet
        tool(look#call00001):{"seen": [1.5]}
        tool:Error: It is dark.

        """.ReplaceLineEndings("\n"),
        ChatTemplate.Parse(Calls).Render(Conversation, tools: [Look]));

    [Fact]
    public void Render_TemplateThatWantsTextArguments_GetsThem()
    {
        const string Source = "{% for m in messages %}{{ m.content or '' }}{% for c in m.tool_calls or [] %}{{ c.function.name + c.function.arguments }}{% endfor %}{% endfor %}";
        Assert.Equal("Hilook{\"at\": \"a well\", \"n\": 2, \"x\": null}look{}", ChatTemplate.Parse(Source).Render(Conversation[..2]).Replace("So.", "", StringComparison.Ordinal));
        const string Null = "{% for m in messages %}{% if m.content is none %}{{ m.tool_calls[0].function.name }}{% else %}{{ m.content }}{% endif %}{% endfor %}";
        var capabilities = ChatTemplate.Parse(Null.Replace("function.name", "function", StringComparison.Ordinal)).Capabilities;
        Assert.True(capabilities.Style.HasNullContent || !capabilities.Calls);
    }

    [Fact]
    public void Render_TemplateWithStrictIds_GetsNineCharacters()
    {
        const string Source = "{% for m in messages %}{% for c in m.tool_calls or [] %}{% if c.id | length != 9 %}{{ raise_exception('id') }}{% endif %}" +
            "{{ c.id ~ c.function.name ~ (c.function.arguments | tojson) }}{% endfor %}{{ m.tool_call_id }}{{ m.content }};{% endfor %}";
        ChatMessage[] messages = [new(ChatRole.Assistant, [new FunctionCallContent("a long id", "f")]), new(ChatRole.Tool, [new FunctionResultContent("a long id", "r")])];
        string[] parts = ChatTemplate.Parse(Source).Render(messages).Split(';');
        Assert.Matches("^[a-z0-9]{9}f{}$", parts[0]);
        Assert.Equal(parts[0][..9] + "r", parts[1]);
    }

    [Fact]
    public void Adapt_TemplateWithoutFunctions_SaysItInWords()
    {
        var template = ChatTemplate.Parse(TinyModel.ChatMl);
        Assert.Equal(new ChatTemplateCapabilities(true, false, false, false, false, TemplateMessageStyle.Default), template.Capabilities);
        var (messages, functions) = PlainToolConversation.Adapt(template, Conversation, [Look]);
        Assert.Empty(functions);
        Assert.Equal(["system", "user", "assistant", "user"], messages.Select(m => m.Role.Value));
        Assert.Contains("{\"name\": \"look\", \"description\": \"Looks \\\"around\\\".\"", messages[0].Text, StringComparison.Ordinal);
        Assert.Equal("So.\n<tool_call>\n{\"name\": \"look\", \"arguments\": {\"at\": \"a well\", \"n\": 2, \"x\": null}}\n</tool_call>\n<tool_call>\n{\"name\": \"look\", \"arguments\": {}}\n</tool_call>", messages[2].Text);
        Assert.Equal("<tool_response>\nwet\n</tool_response>\n<tool_response>\n{\"seen\": [1.5]}\n</tool_response>\n<tool_response>\nError: It is dark.\n</tool_response>", messages[3].Text);
        var calls = new ToolCallParser(ToolCallSyntax.Generic, [Look]);
        List<AnswerPart> parts = [];
        calls.Append(messages[2].Text, parts);
        Assert.Equal(2, parts.Count(p => p.Call is not null));
    }

    [Fact]
    public void Adapt_TemplateWithoutSystem_PutsItBeforeTheUser()
    {
        var template = ChatTemplate.Parse("{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{{ m.role }}:{{ m.content }};{% endfor %}");
        Assert.Throws<ChatTemplateException>(() => template.Render([new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hi")]));
        var (messages, _) = PlainToolConversation.Adapt(template, [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hi"), new(ChatRole.Assistant, "So")], []);
        Assert.Equal("user:Be brief.\n\nHi;assistant:So;", template.Render(messages));
        Assert.Equal("Be brief.", Assert.Single(PlainToolConversation.Adapt(template, [new(ChatRole.System, "Be brief.")], []).Messages).Text);
    }

    [Fact]
    public void Adapt_TemplateWithOneCallAMessage_SeparatesThem()
    {
        var template = ChatTemplate.Parse(
            "{% for m in messages %}{% if m.tool_calls %}{% if m.tool_calls | length > 1 %}{{ raise_exception('one') }}{% endif %}{{ m.tool_calls[0].function | tojson }}" +
            "{% endif %}{{ m.content }};{% endfor %}");
        var (messages, _) = PlainToolConversation.Adapt(template, Conversation, []);
        Assert.Equal(["user", "assistant", "tool", "assistant", "tool", "tool"], messages.Select(m => m.Role.Value));
        Assert.Equal(["call00000", "call00000", "call00001", "call00001", "call00009"], messages.SelectMany(m => m.Contents).Select(c => (c as FunctionCallContent)?.CallId ?? (c as FunctionResultContent)?.CallId).OfType<string>());
        Assert.Contains("So.", template.Render(messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_TemplatesWithPlacesOfTheirOwn_GetTheFunctionsThere()
    {
        const string InSystem = "{% for m in messages %}{{ m.role }}:{{ m.content }}{{ '<|tool|>' + m['tools'] + '<|/tool|>' if 'tools' in m }};{% endfor %}";
        string text = ChatTemplate.Parse(InSystem).Render([new(ChatRole.User, "Hi")], tools: [Look]);
        Assert.StartsWith("system:<|tool|>[{\"name\": \"look\", ", text, StringComparison.Ordinal);
        Assert.Equal("look", ChatTemplate.Parse("{% if xml_tools %}{{ xml_tools[0].function.name }}{% endif %}").Render([], tools: [Look]));
        Assert.Equal("none", ChatTemplate.Parse("{{ 'none' if tools is none }}").Render([]));
    }
}
