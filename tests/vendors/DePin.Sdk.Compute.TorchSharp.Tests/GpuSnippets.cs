using DePin.Sdk.Compute.Inference;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.TorchSharp.Tests;

/// <summary>The programs of docs/guides/gpu.md; they are compiled here.</summary>
internal static class GpuSnippets
{
    public static async Task TalkAsync(string path)
    {
        // begin-snippet: gpu-model
        var options = new LocalModelOptions().UseTorch(new TorchRunnerOptions { Device = "cuda:0" });
        using IChatClient model = LocalChatClient.Load(path, options);
        Console.WriteLine(await model.GetResponseAsync("Greet the traveller."));

        // end-snippet
    }

    public static string OpenForMany(string path, IProgress<ModelLoadProgress> progress)
    {
        // begin-snippet: gpu-memory
        var options = new LocalModelOptions
        {
            MaxQueuedRequests = 256,
            PromptChunkTokens = 256,
            Runner = new() { MaxSequences = 64, MaxBatchTokens = 1024, ContextLength = 8192, KeyValueMemoryBytes = 6L << 30, LoadProgress = progress },
        };
        using var model = LocalModel.Load(path, options.UseTorch(new() { Device = "cuda:0", DType = TorchDataType.BFloat16, MemoryFraction = 0.9 }));

        // end-snippet
        return model.ModelId;
    }

    public static IReadOnlyList<LocalModel> OpenSeveral(string large, string small, string other)
    {
        // begin-snippet: gpu-several
        var models = new List<LocalModel>();
        foreach (var (file, device, fraction) in new[] { (large, "cuda:0", 0.6), (small, "cuda:0", 0.3), (other, "cuda:1", 0.9) })
        {
            try
            {
                models.Add(LocalModel.Load(file, new LocalModelOptions().UseTorch(new() { Device = device, MemoryFraction = fraction })));
            }
            catch (InferenceException problem)
            {
                Console.Error.WriteLine($"{file} is not offered: {problem.Message}");
            }
        }

        // end-snippet
        return models;
    }

    public static void Explain(string path)
    {
        // begin-snippet: gpu-errors
        try
        {
            using var model = LocalModel.Load(path, new LocalModelOptions().UseTorch(new() { Device = "cuda:0" }));
        }
        catch (InferenceException problem) when (problem.Code is InferenceErrorCode.DeviceUnavailable or InferenceErrorCode.NotSupported or InferenceErrorCode.MemoryLimit)
        {
            Console.Error.WriteLine(problem.Message);
        }

        // end-snippet
    }
}
