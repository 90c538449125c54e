using System.Text;
using DePin.Sdk.Compute.Grammars;
using DePin.Sdk.Compute.Grammars.Matching;

namespace DePin.Sdk.Compute.Tests.Grammars;

public sealed class GrammarMatcherTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void FillMask_RandomGrammar_AllowsExactlyWhatASlowMatcherDoes(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 60; round++)
        {
            var grammar = new RandomGrammar(random);
            byte[][] vocabulary = RandomGrammar.Vocabulary(random, 60);
            var matcher = new GrammarMatcher(Grammar.Parse(grammar.Source).Compile(new TokenTrie(vocabulary, [0])));
            byte[] text = [];
            ulong[] mask = new ulong[matcher.Grammar.MaskLength];
            for (int step = 0; step < 12 && !matcher.IsFinished; step++)
            {
                matcher.FillMask(mask);
                Assert.True(grammar.Check(text).IsComplete == matcher.IsComplete, $"{grammar.Source}\n{Encoding.UTF8.GetString(text)}");
                var allowed = new List<int>();
                for (int token = 0; token < vocabulary.Length; token++)
                {
                    bool isAllowed = ((mask[token >> 6] >> token) & 1) != 0;
                    bool expected = token == 0 ? matcher.IsComplete : grammar.Check([.. text, .. vocabulary[token]]).IsPrefix;
                    Assert.True(expected == isAllowed, $"{grammar.Source}\n{Convert.ToHexString(text)} + {Convert.ToHexString(vocabulary[token])}: {isAllowed}");
                    Assert.Equal(isAllowed, matcher.Allows(token));
                    if (isAllowed && token > 0)
                    {
                        allowed.Add(token);
                    }
                }

                if (allowed.Count == 0)
                {
                    break;
                }

                int chosen = allowed[random.Next(allowed.Count)];
                Assert.True(matcher.TryAccept(chosen));
                text = [.. text, .. vocabulary[chosen]];
            }
        }
    }
}
