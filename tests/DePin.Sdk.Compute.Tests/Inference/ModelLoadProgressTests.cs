using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests.Gguf;

namespace DePin.Sdk.Compute.Tests.Inference;

public sealed class ModelLoadProgressTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Create_WithProgress_ReportsEveryByteOnceAndInOrder(int threads)
    {
        var progress = new Recorder();
        var file = ModelFile.FromGguf(GgufFile.Parse(new TinyModel { Layers = 3, HasOutput = false }.Build().Build()));
        long matrices = file.Tensors.Values.Where(t => t.Rows > 1).Sum(t => t.ByteLength);
        var options = TestFiles.Options(threads);
        options.Runner.LoadProgress = progress;
        using var model = LocalModel.Create(file, options);
        Assert.Equal(new ModelLoadProgress(ModelLoadStage.Tokenizer, 0, 0, null), progress.Reports[0]);
        var weights = progress.Reports.Skip(1).ToArray();
        Assert.All(weights, r => Assert.Equal((ModelLoadStage.Weights, matrices), (r.Stage, r.BytesTotal)));
        Assert.Equal(weights.Select(r => r.BytesDone).Order(), weights.Select(r => r.BytesDone));
        Assert.Equal((matrices, 1.0), (weights[^1].BytesDone, weights[^1].Fraction));
        Assert.Contains(weights, r => r.TensorName == "blk.2.ffn_down.weight");
    }

    private sealed class Recorder : IProgress<ModelLoadProgress>
    {
        public List<ModelLoadProgress> Reports { get; } = [];

        public void Report(ModelLoadProgress value) => Reports.Add(value);
    }
}
