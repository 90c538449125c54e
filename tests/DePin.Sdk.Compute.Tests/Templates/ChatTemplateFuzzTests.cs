using System.Text;
using DePin.Sdk.Compute.Templates;
using DePin.Sdk.Compute.Tests.Gguf;
using DePin.Sdk.Compute.Tests.Tokenizers;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Templates;

/// <summary>Templates put together or damaged at random: they render, or fail with the one exception, within their bounds.</summary>
public sealed class ChatTemplateFuzzTests
{
    private const int CasesOfEach = 14_000;

    private static readonly ChatTemplateLimits Limits = new(20_000, 20_000);

    private static readonly string[] Parts =
    [
        "{{", "}}", "{%", "%}", "{%-", "-%}", "{{-", "-}}", "{#", "#}", " if ", " else ", " elif ", " endif ", " for ", " in ", " endfor ", " set ", " endset ",
        "x", "messages", "loop", ".", "[", "]", "(", ")", "{", "}", ",", ":", "|", "=", "==", "+", "-", "*", "/", "%", "~", "<", " is ", " not ", " and ", " or ",
        "'a'", "\"b", "1", "0", "2.5", "9999999999", " trim ", " length ", " tojson ", " join ", " replace ", " default ", " defined ", " none ", "true",
        "namespace(", "range(", "split(", "items()", "content", "role", "\n", " ", "text", "\\", "'", "**", "//", "[::-1]", "[1:", "raise_exception(", "first", "map(attribute='role')",
        " macro f(a)", " endmacro ", " call f(1)", " endcall ", "f(", "caller()", " filter upper", " endfilter ", " raw ", " endraw ", " recursive ", "loop(",
        " sort ", " dictsort ", " groupby('role')", ".format(", " % ", ".append(", "tools", "| string", " unique ", " select ", " round ", "1e9", "'%s'",
    ];

    private static readonly string[] Seeds =
    [
        TinyModel.ChatMl,
        "{% set ns = namespace(a=1) %}{% for m in messages if m.role != 'system' %}{% set ns.a = ns.a + loop.index %}{{ m['content'] | trim }}{% endfor %}{{ ns.a }}",
        "{%- if messages[0].role == 'system' -%}{{ messages[0].content[1:-1] | upper | replace('A', 'b') }}{%- else -%}{{ messages | tojson(indent=2) }}{%- endif -%}",
        "{% macro f(a, b='x') %}{{ a ~ b ~ caller() }}{% endmacro %}{% call f(1) %}{% filter upper %}{{ messages | map(attribute='role') | sort | join(',') }}{% endfilter %}{% endcall %}",
        "{% for t in tools or [] %}{{ t.function.name ~ (t.function.parameters | tojson(indent=1)) }}{% endfor %}{% set q = [] %}{% set _ = q.append('%s' % messages[0].role) %}{{ q | dictsort }}",
        "{% for a, b in {'x': 1, 'y': [1, 2]}.items() %}{{ a ~ b }}{% if loop.last %}{% break %}{% endif %}{% else %}-{% endfor %}",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Render_MutatedOrRandomTemplate_RendersOrThrowsChatTemplateException(int seed)
    {
        var random = new Random(seed);
        var tokenizer = TestTokenizers.Bpe();
        ChatMessage[] messages = [new(ChatRole.System, "<|im_end|>"), new(ChatRole.User, "Äß<|im_start|>😀"), new(ChatRole.Assistant, "so far")];
        int rendered = 0;
        for (int i = 0; i < CasesOfEach; i++)
        {
            string source = seed == 1 ? Compose(random) : Mutate(Seeds[random.Next(Seeds.Length)], random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var template = ChatTemplate.Parse(source, Limits);
                _ = template.Render(messages[..2]);
                _ = ChatPrompt.Create(tokenizer, template, messages);
                rendered++;
            }
            catch (ChatTemplateException)
            {
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20, source);
        }

        Assert.InRange(rendered, 1, CasesOfEach - 1);
    }

    private static string Compose(Random random)
    {
        var source = new StringBuilder();
        for (int parts = random.Next(1, 25); parts > 0; parts--)
        {
            source.Append(Parts[random.Next(Parts.Length)]);
        }

        return random.Next(2) == 0 ? "{{ " + source.Replace("{{", "").Replace("}}", "").Replace("{%", "").Replace("%}", "") + " }}" : source.ToString();
    }

    private static string Mutate(string seed, Random random)
    {
        var source = new StringBuilder(seed);
        for (int changes = random.Next(1, 4); changes > 0 && source.Length > 1; changes--)
        {
            int at = random.Next(source.Length);
            switch (random.Next(4))
            {
                case 0:
                    source.Remove(at, Math.Min(random.Next(1, 8), source.Length - at));
                    break;
                case 1:
                    source.Insert(at, Parts[random.Next(Parts.Length)]);
                    break;
                case 2:
                    source[at] = (char)random.Next(1, 128);
                    break;
                default:
                    source.Insert(at, seed.AsSpan(random.Next(seed.Length)));
                    break;
            }
        }

        return source.ToString();
    }
}
