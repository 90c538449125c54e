using System.Collections.Concurrent;
using System.Diagnostics;
using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Tests.Inference;

/// <summary>The same request gives the same logits, bit for bit, wherever and beside whatever it runs.</summary>
public sealed class DeterminismTests
{
    private static readonly ConcurrentDictionary<(string File, KeyValueType Type), InferenceTrace> Traces = new();

    public static TheoryData<string> Files => [.. InferenceTrace.Files];

    /// <summary>Settings of the runtime that take instructions away, and a feature that must be gone then.</summary>
    public static TheoryData<string, string> Restrictions => new()
    {
        { "", "" },
        { "DOTNET_EnableAVX512=0", "avx512" },
        { "DOTNET_EnableAVXVNNI=0 DOTNET_EnableAVX512=0", "avxvnni" },
        { "DOTNET_EnableAVX2=0", "avx2" },
        { "DOTNET_EnableHWIntrinsic=0", "vector128" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Forward_AnyNumberOfThreads_GivesIdenticalLogits(string file)
    {
        Assert.Equal(Expected(file), InferenceTrace.Alone(file, 2, 64));
        Assert.Equal(Expected(file), InferenceTrace.Alone(file, 3, 64));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Forward_AnySizeOfBatch_GivesIdenticalLogits(string file)
    {
        foreach (int batchTokens in new[] { 1, 2, 7, 8, 33, 512 })
        {
            Assert.Equal(Expected(file), InferenceTrace.Alone(file, 1, batchTokens));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Forward_AmongSixteenRequests_GivesIdenticalLogits(string file)
    {
        Assert.Equal(Expected(file), InferenceTrace.Among(file, 16, 0, 1));
        Assert.Equal(Expected(file), InferenceTrace.Among(file, 16, 11, 2));
        Assert.Equal(Expected(file), InferenceTrace.Among(file, 4, 3, 3));
    }

    [Theory]
    [MemberData(nameof(Restrictions))]
    public void Forward_OnLessOfAProcessor_GivesIdenticalLogits(string settings, string missing)
    {
        string[] lines = RunProgram(settings);
        if (missing.Length > 0)
        {
            Assert.DoesNotContain(missing, lines[0].Split(' '));
        }

        var expected = InferenceTrace.Files.SelectMany(
            static f => Enum.GetValues<KeyValueType>().Select(t => TraceProgram.Line(f, t, Expected(f, t))));
        Assert.Equal(expected, lines[1..]);
    }

    private static InferenceTrace Expected(string file, KeyValueType type = KeyValueType.F32) =>
        Traces.GetOrAdd((file, type), static key => InferenceTrace.Alone(key.File, 1, 64, key.Type));

    private static string[] RunProgram(string settings)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(TraceProgram).Assembly.Location]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string setting in settings.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            start.Environment[setting[..setting.IndexOf('=', StringComparison.Ordinal)]] = setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..];
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }
}
