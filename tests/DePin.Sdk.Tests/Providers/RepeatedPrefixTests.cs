using DePin.Sdk.Providers.Internal;
using FsCheck;
using FsCheck.Fluent;

namespace DePin.Sdk.Tests.Providers;

public class RepeatedPrefixTests
{
    [Fact]
    public void Filter_HoweverTheAnswerIsCut_TakesOutTheRepetitionOnce()
    {
        var letters = Gen.Elements('a', 'b', ' ', 'é');
        var cases = from prefix in letters.ArrayOf(12)
                    from rest in letters.ArrayOf(20)
                    from cuts in Gen.Choose(1, 5).ArrayOf(32)
                    select (Prefix: new string(prefix), Tail: new string(rest), Cuts: cuts);
        Prop.ForAll(cases.ToArbitrary(), c => Run(c.Prefix, c.Prefix + c.Tail, c.Cuts) == c.Tail).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Filter_AnswerThatDoesNotRepeat_PassesWhole()
    {
        var letters = Gen.Elements('a', 'b');
        var cases = from prefix in letters.ArrayOf(8)
                    from answer in letters.ArrayOf(12)
                    from cuts in Gen.Choose(1, 4).ArrayOf(16)
                    select (Prefix: new string(prefix), Answer: new string(answer), Cuts: cuts);
        Prop.ForAll(
            cases.ToArbitrary(),
            c => Run(c.Prefix, c.Answer, c.Cuts) == (c.Answer.StartsWith(c.Prefix, StringComparison.Ordinal) ? c.Answer[c.Prefix.Length..] : c.Answer))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Filter_VeryShortPrefix_IsLeftAlone() => Assert.Equal("111", Run("1", "111", [1, 1, 1]));

    private static string Run(string delivered, string answer, int[] cuts)
    {
        var filter = new RepeatedPrefix(delivered);
        var result = string.Empty;
        int at = 0;
        for (int i = 0; at < answer.Length; i++)
        {
            int length = Math.Min(cuts[i % cuts.Length], answer.Length - at);
            result += filter.Filter(answer.Substring(at, length));
            at += length;
        }

        return result + filter.Release();
    }
}
