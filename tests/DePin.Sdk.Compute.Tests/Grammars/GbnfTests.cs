using DePin.Sdk.Compute.Grammars;

namespace DePin.Sdk.Compute.Tests.Grammars;

public sealed class GbnfTests
{
    private const string Chess =
        """
        # a line may begin with a comment
        root ::= (
            # and so may one inside a group
            "1. " move " " move "\n"
            ([1-9] [0-9]? ". " move " " move "\n")+
        )
        move ::= (pawn | nonpawn | castle) [+#]?
        nonpawn ::= [NBKQR] [a-h]? [1-8]? "x"? [a-h] [1-8]
        pawn ::= ([a-h] "x")? [a-h] [1-8] ("=" [NBKQR])?
        castle ::= "O-O" "-O"?
        """;

    [Theory]
    [InlineData("root ::= \"a\"", "a", true)]
    [InlineData("root ::= \"a\"", "b", false)]
    [InlineData("root ::= \"a\"", "aa", false)]
    [InlineData("root ::= \"a\" | \"b\" \"c\"", "bc", true)]
    [InlineData("root ::= \"a\" |\n  \"b\"", "b", true)]
    [InlineData("root ::=\n  \"a\"", "a", true)]
    [InlineData("root ::= \"\"", "", true)]
    [InlineData("root ::= | \"a\"", "", true)]
    [InlineData("root ::= \"a\"* \"b\"+ \"c\"?", "aabb", true)]
    [InlineData("root ::= \"a\"* \"b\"+ \"c\"?", "aac", false)]
    [InlineData("root ::= \"a\"{3}", "aaa", true)]
    [InlineData("root ::= \"a\"{3}", "aa", false)]
    [InlineData("root ::= \"a\"{2,}", "aaaaa", true)]
    [InlineData("root ::= \"a\"{2,}", "a", false)]
    [InlineData("root ::= \"a\"{1,3}", "aaaa", false)]
    [InlineData("root ::= \"a\"{,2}", "aa", true)]
    [InlineData("root ::= \"a\"{0,0} \"b\"", "b", true)]
    [InlineData("root ::= (\"a\"?){20} \"b\"", "aaab", true)]
    [InlineData("root ::= (\"a\" \"b\"*){30,40} \"c\"", "aaaaaaaaaabbbaaaaaaaaaaaaaaaaaaaac", true)]
    [InlineData("root ::= (\"a\" \"b\"*){30,40} \"c\"", "aaaaaaaaaabbbaaaaaaaaaaaaaaaaaaac", false)]
    [InlineData("root ::= [a-cx]+", "abcx", true)]
    [InlineData("root ::= [a-cx]+", "d", false)]
    [InlineData("root ::= [^a-c]", "d", true)]
    [InlineData("root ::= [^a-c]", "é", true)]
    [InlineData("root ::= [^a-c]", "b", false)]
    [InlineData("root ::= [a\\-]", "-", true)]
    [InlineData("root ::= [a-]", "-", true)]
    [InlineData("root ::= [\\]\\[\\^]{3}", "[]^", true)]
    [InlineData("root ::= .", "😀", true)]
    [InlineData("root ::= .", "ab", false)]
    [InlineData("root ::= [ぁ-ゟ]+", "ひらがな", true)]
    [InlineData("root ::= [😀-😃]", "😂", true)]
    [InlineData("root ::= [😀-😃]", "😄", false)]
    [InlineData("root ::= \"\\x41\\u00e9\\U0001F600\\n\\t\\r\\\"\\\\\"", "Aé😀\n\t\r\"\\", true)]
    [InlineData("root ::= list\nlist ::= \"x\" | \"x\" list", "xxxxxxxxxxxxxxxxxxxx", true)]
    [InlineData("root ::= \"(\" root \")\" | \"\"", "(((())))", true)]
    [InlineData("root ::= \"(\" root \")\" | \"\"", "(((()))", false)]
    [InlineData("root ::= \"a\" root \"b\" | \"a\" root \"c\" | \"d\"", "aaaadbcbc", true)]
    [InlineData(Chess, "1. e4 e5\n2. Nf3 Nc6\n3. O-O dxe5=Q+\n", true)]
    [InlineData(Chess, "1. e4 e5\n2. Nf9 Nc6\n", false)]
    public void Parse_Grammar_MatchesItsTexts(string gbnf, string text, bool expected) => Assert.Equal(expected, Grammar.Parse(gbnf).IsMatch(text));

    [Theory]
    [InlineData("root ::= \"a", 1, 10)]
    [InlineData("root ::= [a", 1, 10)]
    [InlineData("root ::= \"a\" )", 1, 14)]
    [InlineData("root ::= (\"a\"", 1, 14)]
    [InlineData("root ::= \"a\"\nother", 2, 6)]
    [InlineData("root ::= other\n", 1, 10)]
    [InlineData("root ::= \"a\"\n\nroot ::= \"b\"", 3, 1)]
    [InlineData("root ::= \"\\q\"", 1, 11)]
    [InlineData("root ::= \"\\ud800\"", 1, 11)]
    [InlineData("root ::= \"\\U00110000\"", 1, 11)]
    [InlineData("root ::= [z-a]", 1, 11)]
    [InlineData("root ::= \"a\"{2,1}", 1, 13)]
    [InlineData("root ::= \"a\"{}", 1, 13)]
    [InlineData("root ::= \"a\"{1", 1, 15)]
    [InlineData("root ::= \"a\"{999999}", 1, 14)]
    [InlineData("root ::= *", 1, 10)]
    [InlineData("root ::= <[5]>", 1, 10)]
    [InlineData("::= \"a\"", 1, 1)]
    public void Parse_MalformedText_SaysWhere(string gbnf, int line, int column)
    {
        var error = Assert.Throws<GrammarException>(() => Grammar.Parse(gbnf));
        Assert.True((line, column) == (error.Line, error.Column), error.Message);
    }

    [Theory]
    [InlineData("root ::= root \"a\" | \"b\"", "root -> root")]
    [InlineData("root ::= a\na ::= \"x\"? b\nb ::= c* a | \"y\"\nc ::= \"z\"", "b -> a")]
    [InlineData("root ::= \"q\" (a{12})\na ::= b \"x\"\nb ::= (a | \"y\"){20,30}", "b -> a")]
    [InlineData("root ::= \"a\" root", "root")]
    [InlineData("root ::= []", "root")]
    [InlineData("a ::= \"a\"", "root")]
    public void Parse_GrammarThatCannotWork_NamesTheRules(string gbnf, string expected) =>
        Assert.Contains(expected, Assert.Throws<GrammarException>(() => Grammar.Parse(gbnf)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_TooLarge_IsRefused()
    {
        string deep = "root ::= " + new string('(', 5000) + "\"a\"" + new string(')', 5000);
        Assert.Contains("nested", Assert.Throws<GrammarException>(() => Grammar.Parse(deep)).Message, StringComparison.Ordinal);
        Assert.Contains("characters", Assert.Throws<GrammarException>(() => Grammar.Parse(new string(' ', 2_000_000))).Message, StringComparison.Ordinal);
        Assert.Contains("states", Assert.Throws<GrammarException>(() => Grammar.Parse("root ::= \"a\"{99999} [b-d]{99999} \"e\"{99999} \"f\"{99999} \"g\"{99999}")).Message, StringComparison.Ordinal);
        Assert.True(Grammar.Parse("root ::= (((\"a\"{50}){50}){50}){50} | \"b\"").IsMatch("b"));
        string chain = string.Join('\n', Enumerable.Range(0, 15_000).Select(i => $"r{i} ::= r{i + 1}").Append("r15000 ::= \"a\"?"));
        Assert.True(Grammar.Parse(chain, "r0").IsMatch("a"));
    }

    [Fact]
    public void UnreachableRules_RuleThatNobodyUses_IsNamed()
    {
        var grammar = Grammar.Parse("root ::= a\na ::= \"x\"\nb ::= c\nc ::= c \"y\"");
        Assert.Equal(["b", "c"], grammar.UnreachableRules);
        Assert.Empty(Grammar.Json.UnreachableRules);
    }
}
