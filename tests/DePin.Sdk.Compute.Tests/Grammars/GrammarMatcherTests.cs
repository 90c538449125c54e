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

    [Fact]
    public void FillMask_LongRepetition_AllowsExactlyWhatFits()
    {
        // Tokens beyond the horizon within which the states of a repetition are taken for alike, and within.
        byte[][] vocabulary = [[], .. Enumerable.Range(1, 70).Select(n => Encoding.UTF8.GetBytes(new string('a', n))), .. Enumerable.Range(1, 70).Select(n => Encoding.UTF8.GetBytes(new string('a', n) + "b"))];
        var compiled = Grammar.Parse("root ::= [a]{60,100} \"b\"").Compile(new TokenTrie(vocabulary, [0]));
        ulong[] mask = new ulong[compiled.MaskLength];
        for (int length = 0; length <= 100; length++)
        {
            var matcher = new GrammarMatcher(compiled);
            for (int i = 0; i < length; i++)
            {
                Assert.True(matcher.TryAccept(1));
            }

            matcher.FillMask(mask);
            for (int token = 1; token < vocabulary.Length; token++)
            {
                int more = vocabulary[token].Count(b => b == 'a');
                bool expected = length + more <= 100 && (token <= 70 || length + more >= 60);
                Assert.True(expected == (((mask[token >> 6] >> token) & 1) != 0), $"{length} + {token}");
            }
        }
    }

    [Fact]
    public void Rollback_AfterAnyTokens_StandsWhereItStood()
    {
        var random = new Random(5);
        byte[][] vocabulary = [[], .. Enumerable.Range(32, 95).Select(c => new[] { (byte)c }), .. new[] { "\":", "{\"", "\"}", "[[", "]]", "true" }.Select(Encoding.UTF8.GetBytes)];
        var compiled = Grammar.Json.Compile(new TokenTrie(vocabulary, [0]));
        for (int round = 0; round < 50; round++)
        {
            var matcher = new GrammarMatcher(compiled);
            var masks = new List<ulong[]>();
            int Advance(GrammarMatcher target)
            {
                ulong[] mask = new ulong[compiled.MaskLength];
                target.FillMask(mask);
                masks.Add(mask);
                int[] allowed = [.. Enumerable.Range(0, vocabulary.Length).Where(t => ((mask[t >> 6] >> t) & 1) != 0)];
                Assert.NotEmpty(allowed);
                int chosen = allowed[random.Next(allowed.Length)];
                Assert.True(target.TryAccept(chosen));
                return chosen;
            }

            while (!matcher.IsFinished && matcher.AcceptedCount < 30)
            {
                Advance(matcher);
            }

            var clone = matcher.Clone();
            int back = random.Next(matcher.AcceptedCount + 1);
            matcher.Rollback(back);
            ulong[] again = new ulong[compiled.MaskLength];
            matcher.FillMask(again);
            if (back > 0)
            {
                Assert.Equal(masks[^back], again);
            }

            Assert.Equal(matcher.AcceptedCount + back, clone.AcceptedCount);
            Assert.Throws<ArgumentOutOfRangeException>(() => matcher.Rollback(matcher.AcceptedCount + 1));
        }
    }

    [Fact]
    public void TryAccept_EndToken_OnlyWhereTheTextIsComplete()
    {
        var matcher = new GrammarMatcher(Grammar.Parse("root ::= \"a\" \"b\"*").Compile(new TokenTrie([[], "a"u8.ToArray(), "b"u8.ToArray(), null, "x"u8.ToArray()], [0, 4])));
        Assert.False(matcher.TryAccept(0));
        Assert.False(matcher.TryAccept(3));
        Assert.True(matcher.TryAccept(1));
        Assert.True(matcher.IsComplete);
        Assert.False(matcher.IsFinished);
        Assert.True(matcher.Allows(4));
        Assert.True(matcher.TryAccept(0));
        Assert.True(matcher.IsFinished);
        Assert.False(matcher.TryAccept(2));
        Assert.False(matcher.Allows(0));
        ulong[] mask = [7, 7];
        matcher.FillMask(mask);
        Assert.Equal([0ul, 0ul], mask);
        matcher.Rollback(1);
        matcher.FillMask(mask);
        Assert.Equal([0b10101ul, 0ul], mask);
        Assert.Throws<ArgumentException>(() => matcher.FillMask([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => matcher.TryAccept(5));
    }

    [Fact]
    public void CopyForcedBytes_OneContinuation_IsFound()
    {
        using var schema = System.Text.Json.JsonDocument.Parse("""{ "type": "object", "properties": { "action": { "const": "wait" } }, "required": ["action"] }""");
        byte[][] vocabulary = [[], .. Enumerable.Range(0, 256).Select(b => new[] { (byte)b })];
        var matcher = new GrammarMatcher(Grammar.FromJsonSchema(schema.RootElement).Compile(new TokenTrie(vocabulary, [0])));
        byte[] forced = new byte[64];
        Assert.Equal("{", Encoding.UTF8.GetString(forced, 0, matcher.CopyForcedBytes(forced)));
        Assert.True(matcher.TryAccept(1 + '{') && matcher.TryAccept(1 + '"'));
        Assert.Equal("action\":", Encoding.UTF8.GetString(forced, 0, matcher.CopyForcedBytes(forced)));
        Assert.Equal(3, matcher.CopyForcedBytes(forced.AsSpan(0, 3)));
        Assert.Equal(2, matcher.AcceptedCount);
    }

    [Fact]
    public void TryAccept_ManyTokens_StaysWithinItsBounds()
    {
        // Every text so far can be read in twice as many ways as the one before it; merged, they stay few.
        byte[][] vocabulary = [[], "a"u8.ToArray(), "b"u8.ToArray(), "c"u8.ToArray()];
        var compiled = Grammar.Parse("root ::= \"a\" root \"b\" | \"a\" root \"c\" | \"a\" root root \"b\" | \"d\"?").Compile(new TokenTrie(vocabulary, [0]));
        var matcher = new GrammarMatcher(compiled);
        for (int i = 0; i < 300; i++)
        {
            Assert.True(matcher.TryAccept(1));
        }

        for (int i = 0; i < 300; i++)
        {
            Assert.True(matcher.TryAccept(2 + (i % 2)));
        }

        Assert.True(matcher.IsComplete);
        Assert.True(matcher.IsFinished);
    }

    [Fact]
    public void TryAccept_MoreStatesThanAreKept_StaysExact()
    {
        // Where the text may end depends on a letter 18 places back, so that every ending of 18 letters is a state of its own.
        byte[][] vocabulary = [[], "a"u8.ToArray(), "b"u8.ToArray()];
        var matcher = new GrammarMatcher(Grammar.Parse("root ::= [ab]* \"a\" [ab]{17}").Compile(new TokenTrie(vocabulary, [0])));
        var random = new Random(9);
        ulong[] mask = new ulong[1];
        int last = 0;
        for (int i = 0; i < 90_000; i++)
        {
            int token = 1 + random.Next(2);
            Assert.True(matcher.TryAccept(token));
            last = (last << 1) | (token == 1 ? 1 : 0);
            bool expected = ((last >> 17) & 1) != 0;
            Assert.Equal(expected, matcher.IsComplete);
            if (i % 100 == 0)
            {
                matcher.FillMask(mask);
                Assert.Equal(expected ? 7ul : 6ul, mask[0]);
            }
        }

        matcher.Rollback(89_990);
        Assert.False(matcher.IsComplete);
        Assert.True(matcher.TryAccept(2));
    }

    [Fact]
    public void FillMask_KnownState_AllocatesNothing()
    {
        byte[][] vocabulary = [[], .. Enumerable.Range(32, 95).Select(c => new[] { (byte)c })];
        var compiled = Grammar.Json.Compile(new TokenTrie(vocabulary, [0]));
        ulong[] mask = new ulong[compiled.MaskLength];
        int[] tokens = [.. "{\"a\": [1, {\"b\": \"text\"}, null]}".Select(c => 1 + c - 32)];
        long Follow()
        {
            var matcher = new GrammarMatcher(compiled);
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool accepted = true;
            foreach (int token in tokens)
            {
                matcher.FillMask(mask);
                accepted &= matcher.TryAccept(token);
            }

            long after = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(accepted && matcher.IsFinished);
            return after - before;
        }

        Follow();
        Assert.Equal(0, Follow());
    }

    [Fact]
    public async Task TryAccept_ManyMatchersOfOneGrammar_DoNotDisturbEachOther()
    {
        byte[][] vocabulary = [[], .. Enumerable.Range(32, 95).Select(c => new[] { (byte)c })];
        var compiled = Grammar.Json.Compile(new TokenTrie(vocabulary, [0]));
        string[] texts = [.. Enumerable.Range(1, 8).Select(depth => string.Concat(Enumerable.Repeat("{\"k\":[", depth)) + depth + string.Concat(Enumerable.Repeat("]}", depth)))];
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() =>
        {
            var matcher = new GrammarMatcher(compiled);
            ulong[] mask = new ulong[compiled.MaskLength];
            foreach (char c in texts[i % texts.Length])
            {
                int token = 1 + c - 32;
                matcher.FillMask(mask);
                Assert.NotEqual(0ul, (mask[token >> 6] >> token) & 1);
                Assert.True(matcher.TryAccept(token));
            }

            Assert.True(matcher.IsFinished);
        })));
    }
}
