using System.Text;
using System.Text.Json;
using DePin.Sdk.Compute.Grammars;
using DePin.Sdk.Compute.Grammars.Matching;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Tests.Grammars;

public sealed class JsonSchemaTests
{
    private static readonly Lazy<(Tokenizer Tokenizer, TokenTrie Trie)> Npc = new(() =>
    {
        using var model = LocalModel.Load(TestFiles.Npc, TestFiles.Options());
        return (model.Tokenizer, TokenTrie.Create(model.Tokenizer));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void FromJsonSchema_RandomSchema_EveryTextIsValid(int seed)
    {
        var random = new Random(seed);
        int finished = 0;
        for (int round = 0; round < 150; round++)
        {
            string text = RandomSchema.Create(random).ToJsonString();
            using var schema = JsonDocument.Parse(text);
            CompiledGrammar compiled;
            try
            {
                compiled = Grammar.FromJsonSchema(schema.RootElement).Compile(Npc.Value.Trie);
            }
            catch (GrammarException e)
            {
                // A list that must have more items than it may have has none, and so on.
                Assert.True(e.Message.Contains("No text matches", StringComparison.Ordinal), $"{e.Message}\n{text}");
                continue;
            }

            var validator = new SchemaValidator(schema.RootElement);
            for (int walk = 0; walk < 3; walk++)
            {
                if (Walk(new GrammarMatcher(compiled), random) is { } answer)
                {
                    finished++;
                    using var json = JsonDocument.Parse(answer);
                    Assert.True(validator.IsValid(json.RootElement), $"{text}\n{answer}");
                }
            }
        }

        Assert.InRange(finished, 300, 450);
    }

    [Theory]
    [InlineData("{}", "[1,{\"a\":null}]", true)]
    [InlineData("true", "5", true)]
    [InlineData("""{"type":"object"}""", "{\"x\": [true, false]}", true)]
    [InlineData("""{"type":"object"}""", "[]", false)]
    [InlineData("""{"properties":{"a":{"type":"integer"},"b":{"type":"string"}}}""", "{}", true)]
    [InlineData("""{"properties":{"a":{"type":"integer"},"b":{"type":"string"}}}""", "{\"b\":\"x\"}", true)]
    [InlineData("""{"properties":{"a":{"type":"integer"},"b":{"type":"string"}}}""", "{ \"a\": 1, \"b\": \"x\" }", true)]
    [InlineData("""{"properties":{"a":{"type":"integer"},"b":{"type":"string"}}}""", "{\"b\":\"x\",\"a\":1}", false)]
    [InlineData("""{"properties":{"a":{"type":"integer"}}}""", "{\"c\":1}", false)]
    [InlineData("""{"properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"null"}}""", "{\"c\":null,\"ab\":null,\"\":null}", true)]
    [InlineData("""{"properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"null"}}""", "{\"c\":null,\"a\":null}", false)]
    [InlineData("""{"properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"null"}}""", "{\"\\u0061\":null}", false)]
    [InlineData("""{"type":"integer","minimum":-12,"maximum":105}""", "-12", true)]
    [InlineData("""{"type":"integer","minimum":-12,"maximum":105}""", "-13", false)]
    [InlineData("""{"type":"integer","minimum":-12,"maximum":105}""", "105", true)]
    [InlineData("""{"type":"integer","minimum":-12,"maximum":105}""", "106", false)]
    [InlineData("""{"type":"integer","minimum":-12,"maximum":105}""", "007", false)]
    [InlineData("""{"type":"number","exclusiveMinimum":0,"maximum":1}""", "0", false)]
    [InlineData("""{"type":"number","exclusiveMinimum":0,"maximum":1}""", "0.0001", true)]
    [InlineData("""{"type":"number","exclusiveMinimum":0,"maximum":1}""", "1", true)]
    [InlineData("""{"type":"number","exclusiveMinimum":0,"maximum":1}""", "1.01", false)]
    [InlineData("""{"type":"number","minimum":-0.5,"exclusiveMaximum":2.25}""", "-0.5", true)]
    [InlineData("""{"type":"number","minimum":-0.5,"exclusiveMaximum":2.25}""", "2.249", true)]
    [InlineData("""{"type":"number","minimum":-0.5,"exclusiveMaximum":2.25}""", "2.25", false)]
    [InlineData("""{"type":"integer","minimum":5,"exclusiveMinimum":true}""", "5", false)]
    [InlineData("""{"type":"number","multipleOf":0.01}""", "3.14", true)]
    [InlineData("""{"type":"number","multipleOf":0.01}""", "3.141", false)]
    [InlineData("""{"type":"string","minLength":2,"maxLength":3}""", "\"é😀\"", true)]
    [InlineData("""{"type":"string","minLength":2,"maxLength":3}""", "\"\\n\"", false)]
    [InlineData("""{"type":"string","pattern":"a.c"}""", "\"xxabcxx\"", true)]
    [InlineData("""{"type":"string","pattern":"^a.c$"}""", "\"xabc\"", false)]
    [InlineData("""{"type":"string","pattern":"^[\\x22\\\\]$"}""", "\"\\\"\"", true)]
    [InlineData("""{"type":"string","pattern":"^[a-z]{1,20}$","maxLength":20}""", "\"abc\"", true)]
    [InlineData("""{"type":"string","format":"date"}""", "\"2024-02-29\"", true)]
    [InlineData("""{"type":"string","format":"date"}""", "\"2023-02-29\"", false)]
    [InlineData("""{"type":"string","format":"date"}""", "\"1900-02-29\"", false)]
    [InlineData("""{"type":"string","format":"date"}""", "\"2024-06-31\"", false)]
    [InlineData("""{"type":["string","null"],"maxLength":1}""", "null", true)]
    [InlineData("""{"type":"string","nullable":true}""", "null", true)]
    [InlineData("""{"type":"array","items":{"type":"boolean"},"minItems":1,"maxItems":2}""", "[true, false]", true)]
    [InlineData("""{"type":"array","items":{"type":"boolean"},"minItems":1,"maxItems":2}""", "[]", false)]
    [InlineData("""{"type":"array","items":{"type":"boolean"},"minItems":1,"maxItems":2}""", "[true,true,true]", false)]
    [InlineData("""{"type":"array","prefixItems":[{"const":1},{"const":2}],"items":false}""", "[1]", true)]
    [InlineData("""{"type":"array","prefixItems":[{"const":1},{"const":2}],"items":false}""", "[1,2,3]", false)]
    [InlineData("""{"enum":["a",1,null],"type":["string","null"]}""", "1", false)]
    [InlineData("""{"allOf":[{"type":["string","integer"]},{"type":["integer","null"],"minimum":3}]}""", "4", true)]
    [InlineData("""{"allOf":[{"type":["string","integer"]},{"type":["integer","null"],"minimum":3}]}""", "null", false)]
    [InlineData("""{"oneOf":[{"type":"integer"},{"type":"string"}]}""", "\"x\"", true)]
    [InlineData("""{"oneOf":[{"properties":{"t":{"const":"a"}},"required":["t"]},{"properties":{"t":{"const":"b"},"n":{"type":"integer"}},"required":["t","n"]}]}""", "{\"t\":\"b\",\"n\":2}", true)]
    [InlineData("""{"$ref":"#/definitions/n%20a~1b","definitions":{"n a/b":{"const":1}}}""", "1", true)]
    [InlineData("""{"properties":{"child":{"$ref":"#"}},"additionalProperties":false}""", "{\"child\":{\"child\":{\"child\":{}}}}", true)]
    public void FromJsonSchema_Schema_MatchesItsTexts(string schema, string text, bool expected)
    {
        using var document = JsonDocument.Parse(schema);
        Assert.Equal(expected, Grammar.FromJsonSchema(document.RootElement).IsMatch(text));
    }

    [Theory]
    [InlineData("5", "")]
    [InlineData("""{"type":"text"}""", "/type")]
    [InlineData("""{"properties":{"a":{"not":{}}}}""", "/properties/a/not")]
    [InlineData("""{"items":{"uniqueItems":true}}""", "/items/uniqueItems")]
    [InlineData("""{"$ref":"other.json"}""", "/$ref")]
    [InlineData("""{"$ref":"#/missing"}""", "/$ref")]
    [InlineData("""{"pattern":"^(?=a)b$"}""", "/pattern")]
    [InlineData("""{"pattern":"a","maxLength":3}""", "/pattern")]
    [InlineData("""{"pattern":"(a"}""", "/pattern")]
    [InlineData("""{"format":"regex"}""", "/format")]
    [InlineData("""{"multipleOf":7}""", "/multipleOf")]
    [InlineData("""{"minimum":"1"}""", "/minimum")]
    [InlineData("""{"minLength":-1}""", "/minLength")]
    [InlineData("""{"maxItems":1000000}""", "/maxItems")]
    [InlineData("""{"required":"a"}""", "/required")]
    [InlineData("""{"anyOf":[]}""", "/anyOf")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"type":"number"}]}""", "/oneOf")]
    [InlineData("""{"minProperties":3,"properties":{"a":{}}}""", "/minProperties")]
    [InlineData("""{"properties":{"ab":{}},"patternProperties":{"^a":{}},"additionalProperties":false}""", "/patternProperties/^a")]
    [InlineData("""{"if":{},"then":{}}""", "/if")]
    [InlineData("""{"allOf":[{"$ref":"#"}]}""", "")]
    [InlineData("""{"type":"object","properties":{"a":false},"required":["a"]}""", "")]
    [InlineData("""{"properties":{"a":{"$ref":"#/properties/a"}},"required":["a"]}""", "/properties/a")]
    public void FromJsonSchema_Unsupported_NamesThePointer(string schema, string pointer)
    {
        using var document = JsonDocument.Parse(schema);
        Assert.Equal(pointer, Assert.Throws<GrammarException>(() => Grammar.FromJsonSchema(document.RootElement)).Pointer);
    }

    /// <summary>Goes on with tokens at random, then with those that bring it to an end; null when it gets too long.</summary>
    private static string? Walk(GrammarMatcher matcher, Random random)
    {
        var tokens = new List<int>();
        ulong[] mask = new ulong[matcher.Grammar.MaskLength];
        var (tokenizer, trie) = Npc.Value;
        while (!matcher.IsFinished && tokens.Count < 600)
        {
            if (matcher.IsComplete && random.Next(3) == 0)
            {
                break;
            }

            matcher.FillMask(mask);
            var allowed = new List<int>();
            for (int token = 0; token < matcher.Grammar.VocabularySize; token++)
            {
                bool isAllowed = ((mask[token >> 6] >> token) & 1) != 0;
                if (token % 16 == tokens.Count % 16 && isAllowed != matcher.Allows(token))
                {
                    Assert.Fail($"The mask and the check differ for '{tokenizer.GetName(token)}'.");
                }

                if (isAllowed && !trie.IsEnd(token))
                {
                    allowed.Add(token);
                }
            }

            Assert.NotEmpty(allowed);
            int[] closing = tokens.Count < 40 ? [] : [.. allowed.Where(t => tokenizer.GetBytes(t) is [(byte)'"' or (byte)'}' or (byte)']'])];
            int chosen = closing.Length > 0 ? closing[0] : allowed[random.Next(allowed.Count)];
            Assert.True(matcher.TryAccept(chosen));
            tokens.Add(chosen);
        }

        return matcher.IsComplete ? Encoding.UTF8.GetString([.. tokens.SelectMany(t => tokenizer.GetBytes(t).ToArray())]) : null;
    }
}
