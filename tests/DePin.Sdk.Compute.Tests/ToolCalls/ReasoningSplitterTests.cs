using DePin.Sdk.Compute.ToolCalls;

namespace DePin.Sdk.Compute.Tests.ToolCalls;

public sealed class ReasoningSplitterTests
{
    private static readonly ReasoningSyntax Think = ReasoningSyntax.Detect("</think>")!;

    [Theory]
    [InlineData("<think>\nWell, so.\n</think>\n\nHello", "Well, so.", "Hello")]
    [InlineData(" \n<think>a</think>b", "a", "b")]
    [InlineData("<think>\n\n</think>\n\nHello <think>x", "", "Hello <think>x")]
    [InlineData("Hello <think>x</think>", "", "Hello <think>x</think>")]
    [InlineData("<thinking>", "", "<thinking>")]
    [InlineData("<think>a < b </thin", "a < b </thin", "")]
    [InlineData("<think>a\n", "a\n", "")]
    [InlineData("<think>a</think>\n", "a", "")]
    [InlineData("<thi", "", "<thi")]
    public void Append_Answer_IsPartedHoweverItIsCut(string answer, string reasoning, string text)
    {
        for (int size = 1; size <= answer.Length; size++)
        {
            Assert.Equal((reasoning, text), Split(new ReasoningSplitter(Think, startsInside: false, hasBegun: false), answer, size));
        }
    }

    [Fact]
    public void Append_PromptThatOpened_BeginsWithReasoning()
    {
        Assert.Equal(("so", "Hello"), Split(new ReasoningSplitter(Think, startsInside: true, hasBegun: false), "\nso\n</think>\n\nHello", 3));
        Assert.Equal((" so", "Hello"), Split(new ReasoningSplitter(Think, startsInside: true, hasBegun: true), " so\n</think>\n\nHello", 3));
    }

    [Fact]
    public void Append_ModelWithoutMarks_IsTextAlone()
    {
        Assert.Null(ReasoningSyntax.Detect("{{ messages }}"));
        Assert.Equal(("", "<think>a</think>"), Split(new ReasoningSplitter(null, startsInside: false, hasBegun: false), "<think>a</think>", 2));
        Assert.Equal("[THINK]", ReasoningSyntax.Detect("[THINK]x[/THINK]")!.Opener);
    }

    private static (string Reasoning, string Text) Split(ReasoningSplitter splitter, string answer, int size)
    {
        List<(string Text, bool IsReasoning)> pieces = [];
        for (int at = 0; at < answer.Length; at += size)
        {
            splitter.Append(answer.Substring(at, Math.Min(size, answer.Length - at)), pieces);
        }

        splitter.Finish(pieces);
        return (string.Concat(pieces.Where(p => p.IsReasoning).Select(p => p.Text)), string.Concat(pieces.Where(p => !p.IsReasoning).Select(p => p.Text)));
    }
}
