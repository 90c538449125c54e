using System.Text;
using System.Text.Json;
using DePin.Sdk.Compute.Grammars;
using DePin.Sdk.Compute.Grammars.Matching;

namespace DePin.Sdk.Compute.Tests.Grammars;

/// <summary>Grammars and schemas put together or damaged at random: they work, or fail with the one exception, within their bounds.</summary>
public sealed class GrammarFuzzTests
{
    private const int CasesOfEach = 6_500;

    private static readonly string[] GbnfParts =
    [
        "root", "::=", "\"a\"", "\"", "[a-z]", "[^", "]", "(", ")", "|", "*", "+", "?", "{1,3}", "{0,40}", "{2,}", "{", "}", "\n", " ", "#", "\\", "\\x4", "\\u00e9", "b", "-", ".", "é",
        "😀", "\nb ::= ", "\nroot ::= ", "root b", "b*", "(b?)*", "\"\"", "[]", "<[1]>", "!", "{99999}",
    ];

    private static readonly string[] GbnfSeeds =
    [
        "root ::= (\"- \" item)+\nitem ::= [^\\n]+ \"\\n\"\n",
        "root ::= object\nvalue ::= object | \"[\" (value (\",\" value)*)? \"]\" | \"\\\"\" [^\"\\\\]{0,30} \"\\\"\" | [0-9]+\nobject ::= \"{\" (value \":\" value)? \"}\"",
        "root ::= a b{2,20} | c\na ::= \"x\" a \"y\" | \"x\" a \"z\" | \"\"\nb ::= (a | [é-😀]){3}\nc ::= .* \"end\"",
    ];

    private static readonly string[] SchemaParts =
    [
        "\"type\":\"object\",", "\"type\":\"string\",", "\"type\":\"array\",", "\"type\":[\"integer\",\"null\"],", "\"properties\":{", "\"items\":{", "\"anyOf\":[{", "\"allOf\":[{", "\"oneOf\":[{",
        "\"$ref\":\"#\"", "\"$ref\":\"#/$defs/a\",", "\"$defs\":{\"a\":{", "\"enum\":[1,\"a\"],", "\"minimum\":-1.5,", "\"maximum\":1e3,", "\"maxLength\":9,", "\"minItems\":3,", "\"pattern\":\"^(a|b)+$\",",
        "\"pattern\":\"[^\\\\d]{2,\",", "\"format\":\"date\",", "\"required\":[\"a\"],", "\"additionalProperties\":", "true", "false", "{", "}", "},", "}]", "\"a\":{", "\"not\":{}", "\"const\":null,", "1e400,",
        "\"patternProperties\":{\"^x\":{", "\"\\ud800\":1,", "\"maxItems\":2000,", "\"multipleOf\":0.01,",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Parse_MutatedOrRandomGbnf_WorksOrThrowsGrammarException(int seed)
    {
        var random = new Random(seed);
        int parsed = 0;
        for (int i = 0; i < CasesOfEach; i++)
        {
            string source = seed == 1 ? "root ::= " + Compose(random, GbnfParts) : Mutate(GbnfSeeds[random.Next(GbnfSeeds.Length)], GbnfParts, random);
            parsed += Try(() => Grammar.Parse(source), source, random) ? 1 : 0;
        }

        Assert.InRange(parsed, CasesOfEach / 50, CasesOfEach - 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void FromJsonSchema_MutatedOrRandomSchema_WorksOrThrowsGrammarException(int seed)
    {
        var random = new Random(seed);
        int parsed = 0;
        for (int i = 0; i < CasesOfEach; i++)
        {
            string source = seed == 1 ? ComposeSchema(random) : Mutate(RandomSchema.Create(random).ToJsonString(), SchemaParts, random);
            JsonDocument document;
            try
            {
                document = JsonDocument.Parse(source, new JsonDocumentOptions { AllowTrailingCommas = true, MaxDepth = 1000 });
            }
            catch (JsonException)
            {
                continue;
            }

            using (document)
            {
                parsed += Try(() => Grammar.FromJsonSchema(document.RootElement), source, random) ? 1 : 0;
            }
        }

        Assert.InRange(parsed, CasesOfEach / 50, CasesOfEach - 1);
    }

    private static bool Try(Func<Grammar> parse, string source, Random random)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            byte[][] vocabulary = RandomGrammar.Vocabulary(random, 40);
            var matcher = new GrammarMatcher(parse().Compile(new TokenTrie(vocabulary, [0])));
            ulong[] mask = new ulong[matcher.Grammar.MaskLength];
            for (int step = 0; step < 6; step++)
            {
                matcher.FillMask(mask);
                int token = random.Next(vocabulary.Length);
                Assert.Equal(((mask[token >> 6] >> token) & 1) != 0, matcher.TryAccept(token));
            }

            return true;
        }
        catch (GrammarException e)
        {
            Assert.NotEmpty(e.Message);
            return false;
        }
        finally
        {
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 512L << 20, source);
        }
    }

    private static string ComposeSchema(Random random)
    {
        // Whatever was opened is closed, or hardly any would be JSON.
        var source = new StringBuilder("{" + Compose(random, SchemaParts));
        var open = new Stack<char>();
        foreach (char c in source.ToString())
        {
            if (c is '{' or '[')
            {
                open.Push(c);
            }
            else if (c is '}' or ']' && open.Count > 0)
            {
                open.Pop();
            }
        }

        foreach (char c in open)
        {
            source.Append(c == '{' ? '}' : ']');
        }

        return source.ToString();
    }

    private static string Compose(Random random, string[] parts) =>
        string.Join(random.Next(2) == 0 ? " " : "", Enumerable.Range(0, random.Next(1, 14)).Select(_ => parts[random.Next(parts.Length)]));

    private static string Mutate(string seed, string[] parts, Random random)
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
                    source.Insert(at, parts[random.Next(parts.Length)]);
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
