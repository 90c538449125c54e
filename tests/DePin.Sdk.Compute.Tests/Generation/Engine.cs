using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Tests.Generation;

/// <summary>The sample model with a runner that tells what it did.</summary>
internal sealed class Engine : IDisposable
{
    public Engine(Action<LocalModelOptions>? configure = null, string? path = null)
    {
        var options = TestFiles.Options();
        configure?.Invoke(options);
        Budget = options.Runner.Budget;
        options.RunnerFactory = (file, o) =>
        {
            // A second one is that of a draft model.
            var runner = new RecordingRunner(new CpuModelRunner(file, o));
            Runner ??= runner;
            return runner;
        };
        Model = LocalModel.Load(path ?? TestFiles.Npc, options);
        Client = new LocalChatClient(Model);
    }

    public RecordingRunner Runner { get; private set; } = null!;

    public LocalModel Model { get; }

    public LocalChatClient Client { get; }

    public ComputeBudget Budget { get; }

    /// <summary>About the memory that the state of some tokens of the sample model takes.</summary>
    public static long StateBytes(int tokens)
    {
        using var file = ModelFile.Open(TestFiles.Npc);
        var config = file.Config;
        return 2L * sizeof(float) * config.BlockCount * config.KeyValueHeadCount * config.HeadLength * tokens;
    }

    public void Dispose() => Model.Dispose();
}
