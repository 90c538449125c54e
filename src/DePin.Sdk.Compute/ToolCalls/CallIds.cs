using System.Globalization;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>Names calls: each differently within its conversation, and the same way when the same request runs again.</summary>
/// <remarks>Nine letters and digits, which is what the strictest templates take.</remarks>
internal sealed class CallIds
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private int _count;

    public CallIds(IEnumerable<ChatMessage> messages)
    {
        foreach (var content in messages.SelectMany(static m => m.Contents))
        {
            if (content is FunctionCallContent call)
            {
                _used.Add(call.CallId);
                _count++;
            }
        }
    }

    public string Next()
    {
        string id;
        do
        {
            id = string.Create(CultureInfo.InvariantCulture, $"call{_count++ % 100_000:00000}");
        }
        while (!_used.Add(id));
        return id;
    }
}
