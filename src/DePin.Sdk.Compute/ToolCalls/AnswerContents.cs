using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>Joins the contents of many updates into those of one message.</summary>
internal static class AnswerContents
{
    public static void Add(List<AIContent> contents, IEnumerable<AIContent> added) => contents.AddRange(added.Where(static c => c is not UsageContent));

    /// <summary>Joins texts that follow each other, and reasoning likewise.</summary>
    public static List<AIContent> Join(List<AIContent> contents)
    {
        List<AIContent> joined = [];
        for (int i = 0; i < contents.Count;)
        {
            int end = i + 1;
            while (end < contents.Count && contents[end].GetType() == contents[i].GetType())
            {
                end++;
            }

            var run = contents.GetRange(i, end - i);
            if (run[0] is TextContent)
            {
                joined.Add(new TextContent(string.Concat(run.Select(static c => ((TextContent)c).Text))));
            }
            else if (run[0] is TextReasoningContent)
            {
                joined.Add(new TextReasoningContent(string.Concat(run.Select(static c => ((TextReasoningContent)c).Text))));
            }
            else
            {
                joined.AddRange(run);
            }

            i = end;
        }

        return joined;
    }
}
