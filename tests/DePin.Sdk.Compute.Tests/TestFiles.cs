using System.Text.Json;
using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Tests;

/// <summary>Where the files lie that tests read, and models opened once for all tests.</summary>
internal static class TestFiles
{
    private static readonly Lazy<LocalModel> SharedStories = new(() => LocalModel.Load(Stories, Options()));

    public static string Stories => Locate("TestData/stories260K-f32.gguf");

    public static string StoriesQ8 => Locate("TestData/stories260K-q8_0.gguf");

    public static string Npc => Locate("Models/npc-dialogue.gguf");

    /// <summary>The F32 model that completes text; never disposed by a test.</summary>
    public static LocalModel StoriesModel => SharedStories.Value;

    public static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllBytes(Locate(path))).RootElement;

    public static LocalModelOptions Options(int threads = 1, int maxSequences = 64) =>
        new() { Runner = new ModelRunnerOptions { Threads = threads, MaxSequences = maxSequences, KeyValueMemoryBytes = 256 << 20 } };

    public static int[] Ints(this JsonElement element) => [.. element.EnumerateArray().Select(e => e.GetInt32())];

    public static float[] Floats(this JsonElement element) => [.. element.EnumerateArray().Select(e => e.GetSingle())];

    private static string Locate(string path) => Path.Combine(AppContext.BaseDirectory, path);
}
