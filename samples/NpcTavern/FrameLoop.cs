using System.Diagnostics;
using DePin.Sdk.Compute.Games;

namespace NpcTavern;

/// <summary>The loop of a game: sixty times a second it looks at every character, and never waits for one.</summary>
internal sealed class FrameLoop
{
    private static readonly TimeSpan FrameTime = TimeSpan.FromSeconds(1.0 / 60);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _polling;
    private TimeSpan _longestPoll;
    private TimeSpan _longestFrame;
    private long _allocated;
    private int _frames;

    /// <summary>Runs frames until all have said what they want to say.</summary>
    public void RunUntilQuiet(IReadOnlyList<NpcConversation> npcs, Action<int>? heard = null)
    {
        while (npcs.Any(static n => n.State is NpcState.Thinking or NpcState.Speaking))
        {
            RunFrame(npcs, heard);
        }
    }

    public void RunFrame(IReadOnlyList<NpcConversation> npcs, Action<int>? heard = null)
    {
        var begin = _clock.Elapsed;
        for (int i = 0; i < npcs.Count; i++)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            bool hasNews = npcs[i].Poll();
            var time = Stopwatch.GetElapsedTime(start);
            _allocated += GC.GetAllocatedBytesForCurrentThread() - allocated;
            _polling += time;
            _longestPoll = time > _longestPoll ? time : _longestPoll;
            if (hasNews)
            {
                heard?.Invoke(i);
            }
        }

        // Here a game moves its world and draws it.
        _frames++;
        var left = begin + FrameTime - _clock.Elapsed;
        if (left > TimeSpan.Zero)
        {
            Thread.Sleep(left);
        }

        var frame = _clock.Elapsed - begin;
        _longestFrame = frame > _longestFrame ? frame : _longestFrame;
    }

    public void Report(int characters, int tokens, TimeSpan talking)
    {
        Console.WriteLine($"{_frames} frames, the longest of {_longestFrame.TotalMilliseconds:F1} ms; looking at {characters} characters took {_polling.TotalMicroseconds / _frames:F1} µs a frame, the longest look {_longestPoll.TotalMilliseconds:F2} ms.");
        Console.WriteLine($"The frame loop allocated {_allocated} bytes for it. {tokens} tokens in {talking.TotalSeconds:F1} s of talk: {tokens / talking.TotalSeconds:F0} tokens/s.");
    }
}
