using DePin.Sdk.Compute.Templates;
using DePin.Sdk.Compute.Tests.Gguf;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Templates;

public sealed class ChatTemplateTests
{
    private static readonly ChatMessage[] Conversation =
    [
        new(ChatRole.System, "Be brief."), new(ChatRole.User, " Hi there "), new(ChatRole.Assistant, "Hello."), new(ChatRole.User, "Bye"),
    ];

    [Fact]
    public void Render_ChatMl_MatchesReference()
    {
        string text = ChatTemplate.Parse(TinyModel.ChatMl).Render(Conversation);
        Assert.Equal(
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n Hi there <|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n" +
            "<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n",
            text);
        Assert.EndsWith("Bye<|im_end|>\n", ChatTemplate.Parse(TinyModel.ChatMl).Render(Conversation, addGenerationPrompt: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_QwenStyle_MatchesReference()
    {
        const string Source = """
            {%- if tools %}
                {{- '<|im_start|>system\n' }}
            {%- else %}
                {%- if messages[0]['role'] == 'system' %}
                    {{- '<|im_start|>system\n' + messages[0]['content'] + '<|im_end|>\n' }}
                {%- else %}
                    {{- '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}
                {%- endif %}
            {%- endif %}
            {%- for message in messages %}
                {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
                    {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}
                {%- elif message.role == "tool" %}
                    {{- raise_exception('no tools') }}
                {%- endif %}
            {%- endfor %}
            {%- if add_generation_prompt %}
                {{- '<|im_start|>assistant\n' }}
            {%- endif %}
            """;
        var template = ChatTemplate.Parse(Source);
        Assert.Equal(ChatTemplate.Parse(TinyModel.ChatMl).Render(Conversation), template.Render(Conversation));
        Assert.Equal(
            "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n",
            template.Render([Conversation[3]]));
    }

    [Fact]
    public void Render_Llama2Style_MatchesReference()
    {
        const string Source =
            "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}" +
            "{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}" +
            "{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}" +
            "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}" +
            "{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}" +
            "{% else %}{% set content = message['content'] %}{% endif %}" +
            "{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}" +
            "{% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}";
        var template = ChatTemplate.Parse(Source);
        Assert.Equal(
            "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\n Hi there [/INST] Hello. </s><s>[INST] Bye [/INST]",
            template.Render(Conversation, true, "<s>", "</s>"));
        var error = Assert.Throws<ChatTemplateException>(() => template.Render([Conversation[1], Conversation[3]]));
        Assert.Contains("must alternate", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, error.Line);
    }

    [Fact]
    public void Render_Llama3AndMistralStyle_MatchReference()
    {
        const string Llama3 =
            "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + " +
            "'<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}" +
            "{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";
        Assert.Equal(
            "<b><|start_header_id|>user<|end_header_id|>\n\nHi there<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
            ChatTemplate.Parse(Llama3).Render([Conversation[1]], true, "<b>"));
        const string Mistral = """
            {%- set ns = namespace(index=0, last_user=-1) %}
            {%- for message in messages if message.role == "user" %}{% set ns.last_user = loop.index0 %}{% endfor %}
            {{- bos_token }}
            {%- for message in messages %}
                {%- if message["role"] == "user" %}
                    {%- if ns.index == ns.last_user %}{{ "[LAST]" }}{% endif %}
                    {{- "[INST] " + message["content"] + "[/INST]" }}
                    {%- set ns.index = ns.index + 1 %}
                {%- elif message["role"] == "assistant" %}
                    {{- " " + message["content"]|trim + eos_token }}
                {%- endif %}
            {%- endfor %}
            """;
        Assert.Equal("<s>[INST]  Hi there [/INST] Hello.</s>[LAST][INST] Bye[/INST]", ChatTemplate.Parse(Mistral).Render(Conversation, true, "<s>", "</s>"));
    }

    [Theory]
    [InlineData("{{ 1 + 2 * 3 }}|{{ 7 // 2 }}|{{ -7 // 2 }}|{{ 7 / 2 }}|{{ -7 % 3 }}|{{ 2 ** 10 }}|{{ (1 + 2) * 3 }}", "7|3|-4|3.5|2|1024|9")]
    [InlineData("{{ 'a' ~ 1 ~ none ~ true }}", "a1NoneTrue")]
    [InlineData("{{ 'abcdef'[1:3] }}{{ 'abcdef'[-2:] }}{{ 'abc'[::-1] }}{{ [1,2,3][1:] }}{{ 'abc'[5:] }}{{ 'abc'[1] }}{{ [1,2][-1] }}", "bcefcba[2, 3]b2")]
    [InlineData("{{ [1,2,3] | length }}{{ 'abc' | count }}{{ {'a': 1} | length }}", "331")]
    [InlineData("{{ ' x ' | trim }}{{ 'aXb' | lower }}{{ 'ab' | upper }}{{ 'hello world' | title }}{{ 'hELLO' | capitalize }}", "xaxbABHello WorldHello")]
    [InlineData("{{ {'a': [1, 'x\"y', none, true], 'b': 1.5} | tojson }}", "{\"a\": [1, \"x\\\"y\", null, true], \"b\": 1.5}")]
    [InlineData("{{ [1, {'a': 2}] | tojson(indent=2) }}", "[\n  1,\n  {\n    \"a\": 2\n  }\n]")]
    [InlineData("{{ undefined_name | default('d') }}{{ '' | default('e', true) }}{{ '' | default('f') }}", "de")]
    [InlineData("{{ 'a,b,c'.split(',') | join('-') }}{{ 'a b  c'.split() | last }}{{ 'a-b-c'.split('-', 1)[1] }}", "a-b-ccb-c")]
    [InlineData("{{ 'abc'.startswith('ab') }}{{ 'abc'.endswith('x') }}{{ 'aXbX'.replace('X', '--') }}{{ '--a--'.strip('-') }}", "TrueFalsea--b--a")]
    [InlineData("{{ 'x' in 'xyz' }}{{ 4 in [1,2] }}{{ 'k' in {'k': 1} }}{{ 'k' not in {'k': 1} }}", "TrueFalseTrueFalse")]
    [InlineData("{{ x is defined }}{{ x is not defined }}{{ none is none }}{{ 'a' is string }}{{ {} is mapping }}{{ 3 is odd }}{{ 4 is divisibleby 2 }}", "FalseTrueTrueTrueTrueTrueTrue")]
    [InlineData("{{ 'yes' if 1 < 2 else 'no' }}{{ 'shown' if false }}{{ 1 < 2 < 3 }}{{ not false and true or false }}", "yesTrueTrue")]
    [InlineData("{% for i in range(3) %}{{ i }}{{ '' if loop.last else ',' }}{% endfor %}{% for i in [] %}x{% else %}none{% endfor %}", "0,1,2none")]
    [InlineData("{% for i in range(5) if i % 2 == 0 %}{{ loop.index }}:{{ i }}/{{ loop.length }} {% endfor %}", "1:0/3 2:2/3 3:4/3 ")]
    [InlineData("{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }};{% endfor %}{% for k, v in {'a': 1}|items %}{{ k }}{% endfor %}", "a=1;b=2;a")]
    [InlineData("{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{% endfor %}{{ x }}{% set n = namespace(v=1) %}{% for i in [1,2] %}{% set n.v = n.v + i %}{% endfor %}{{ n.v }}", "14")]
    [InlineData("{% for i in range(9) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}", "02")]
    [InlineData("{% set a, b = 1, 2 %}{{ b }}{{ a }}{% set t %}in {{ a }} out{% endset %}[{{ t }}]", "21[in 1 out]")]
    [InlineData("{# a comment #}x{#- another -#} y", "xy")]
    [InlineData("a {{- ' b ' -}} c", "a b c")]
    [InlineData("x\n  {% if true %}\ny\n  {% endif %}\nz", "x\ny\nz")]
    [InlineData("x\n  {%+ if true +%}\ny{% endif %}\nz\n", "x\n  \nyz")]
    [InlineData("{{ \"it's\" }}{{ 'a\\nb\\'c' }}{{ 'a' 'b' }}", "it'sa\nb'cab")]
    [InlineData("{{ [3, 1] | first }}{{ ['a', 'b'] | reverse | join }}{{ [{'n': 1}, {'n': 2}] | map(attribute='n') | join(',') }}", "3ba1,2")]
    [InlineData("{{ [{'r': 'u', 'c': 1}, {'r': 's', 'c': 2}] | selectattr('r', 'equalto', 's') | map(attribute='c') | list }}", "[2]")]
    [InlineData("{{ [{'r': 'u'}, {}] | rejectattr('r', 'defined') | list | length }}{{ {'a': 1}.get('b', 'z') }}{{ {'a': {'b': 5}}.a.b }}", "1z5")]
    [InlineData("{{ '5' | int + 1 }}{{ 3.7 | int }}{{ '1.5' | float }}{{ 2.0 }}{{ -3 | abs }}", "631.52.03")]
    [InlineData("{{ 'a\nb' | indent(2) }}|{{ 'a\nb'.splitlines() | length }}", "a\n  b|2")]
    [InlineData("{{ {'a': {}} }}{{ ('x', 'y') }}{{ [] or 'empty' }}", "{'a': {}}('x', 'y')empty")]
    [InlineData("{% generation %}g{% endgeneration %}", "g")]
    public void Render_Feature_GivesWhatJinjaGives(string source, string expected) => Assert.Equal(expected, ChatTemplate.Parse(source).Render([]));

    [Theory]
    [InlineData("line\n{{ 1 + }}", 2)]
    [InlineData("\n\n{% if x %}", 3)]
    [InlineData("{% endfor %}", 1)]
    [InlineData("a\n{{ 'open }}", 2)]
    [InlineData("{{ x", 1)]
    [InlineData("{# x", 1)]
    [InlineData("\n{% import 'x' as y %}", 2)]
    [InlineData("{% for x y %}{% endfor %}", 1)]
    [InlineData("{% break %}", 1)]
    [InlineData("{{ 99999999999999999999 }}", 1)]
    [InlineData("{{ ? }}", 1)]
    public void Parse_Malformed_NamesTheLine(string source, int line) => Assert.Equal(line, Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(source)).Line);

    [Theory]
    [InlineData("x\n{{ undefined_name.member }}", 2)]
    [InlineData("{{ 1 / 0 }}", 1)]
    [InlineData("{{ 'a' + 1 }}", 1)]
    [InlineData("\n\n{{ 'x' | nosuchfilter }}", 3)]
    [InlineData("{{ 1 is nosuchtest }}", 1)]
    [InlineData("{{ nosuchfunction() }}", 1)]
    [InlineData("{{ 9223372036854775807 + 1 }}", 1)]
    [InlineData("{% for a, b in [1] %}{% endfor %}", 1)]
    [InlineData("{% set x.y = 1 %}", 1)]
    [InlineData("{{ range(100000000) }}", 1)]
    [InlineData("{{ raise_exception('no') }}", 1)]
    public void Render_Failing_NamesTheLine(string source, int line) =>
        Assert.Equal(line, Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(source).Render([])).Line);

    [Theory]
    [InlineData("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}")]
    [InlineData("{% for i in range(99999) %}{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' }}{% endfor %}")]
    [InlineData("{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}")]
    [InlineData("{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s.replace('x', 'xxxxxxxx') %}{% endfor %}")]
    [InlineData("{% set n = namespace(s=[1]) %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}")]
    [InlineData("{% set n = namespace(s=[1]) %}{% for i in range(99) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s }}")]
    [InlineData("{% set n = namespace(s=[1], t=[1]) %}{% for i in range(60) %}{% set n.s = [n.s, n.s] %}{% set n.t = [n.t, n.t] %}{% endfor %}{{ n.s == n.t }}")]
    [InlineData("{% set n = namespace(s='ab') %}{% for i in range(40) %}{% set n.s = n.s.split('') | join(n.s) %}{% endfor %}")]
    [InlineData("{% set n = namespace(s='ab') %}{% for i in range(40) %}{% set n.s = [n.s, n.s] | join(n.s) %}{% endfor %}")]
    public void Render_Hostile_EndsWithAnError(string source)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var template = ChatTemplate.Parse(source, new ChatTemplateLimits(200_000, 1 << 20));
        Assert.Throws<ChatTemplateException>(() => template.Render([]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400L << 20);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("not ", "")]
    [InlineData("-", "")]
    [InlineData("x[", "]")]
    [InlineData("{'a':", "}")]
    public void Parse_NestedDeeply_EndsWithAnError(string open, string close)
    {
        string source = "{{ " + string.Concat(Enumerable.Repeat(open, 50_000)) + "1" + string.Concat(Enumerable.Repeat(close, 50_000)) + " }}";
        Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(source));
        Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(string.Concat(Enumerable.Repeat("{% if x %}", 50_000))));
        Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse("{{ 1" + string.Concat(Enumerable.Repeat(" + 1", 50_000)) + " }}"));
        Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse("{{ x" + string.Concat(Enumerable.Repeat(".x", 50_000)) + " }}"));
    }
}
