using System.Text.Json;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Jobs;

/// <summary>Compares by what is said, through the abstractions' own JSON.</summary>
internal static class ChatAssert
{
    public static void Same(IEnumerable<AIContent> expected, IEnumerable<AIContent> actual) =>
        Assert.Equal(expected.Select(Describe).ToArray(), actual.Select(Describe).ToArray());

    public static void Same(ChatMessage expected, ChatMessage actual)
    {
        Assert.Equal(expected.Role, actual.Role);
        Assert.Equal(expected.AuthorName, actual.AuthorName);
        Same(expected.Contents, actual.Contents);
    }

    public static void Same(ChatOptions expected, ChatOptions actual)
    {
        Assert.Equal(JsonSerializer.Serialize(WithoutTools(expected), AIJsonUtilities.DefaultOptions), JsonSerializer.Serialize(WithoutTools(actual), AIJsonUtilities.DefaultOptions));
        Assert.Equal(Describe(expected.Tools), Describe(actual.Tools));
    }

    public static string Describe(AIContent content) => JsonSerializer.Serialize(content, AIJsonUtilities.DefaultOptions);

    private static string Describe(IList<AITool>? tools) => string.Join(
        ';', (tools ?? []).Cast<AIFunctionDeclaration>().Select(t => $"{t.Name}|{t.Description}|{JsonSerializer.Serialize(t.JsonSchema)}"));

    private static ChatOptions WithoutTools(ChatOptions options)
    {
        var copy = options.Clone();
        copy.Tools = null;
        return copy;
    }
}
