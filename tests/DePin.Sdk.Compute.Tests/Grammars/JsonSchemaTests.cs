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
        for (int round = 0; round < 300; round++)
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

        Assert.InRange(finished, 600, 900);
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
                if (isAllowed != matcher.Allows(token))
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
