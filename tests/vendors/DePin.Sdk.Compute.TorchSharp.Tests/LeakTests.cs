using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Tests.Inference;
using Tensor = TorchSharp.torch.Tensor;

namespace DePin.Sdk.Compute.TorchSharp.Tests;

/// <summary>No tensor outlives its step or its runner.</summary>
[Collection(AloneCollection.Name)]
public sealed class LeakTests
{
    [TorchFact]
    public void Forward_AThousandSteps_LeaveNoTensorBehind()
    {
        using var runner = TestRunners.Stories();
        var sequences = Enumerable.Range(0, 3).Select(_ => runner.OpenSequence(500)).ToArray();
        float[] logits = new float[3 * runner.Config.VocabularySize];
        void Step(int position)
        {
            if (position % 400 == 0)
            {
                Array.ForEach(sequences, s => runner.Truncate(s, 0));
            }

            runner.Forward([.. sequences.Select(s => new TokenInput(s, 5, position % 400, true))], logits);
        }

        Step(0);
        long before = Tensor.TotalCount;
        for (int i = 1; i <= 1000; i++)
        {
            Step(i);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [TorchFact]
    public void Dispose_Runner_FreesEveryTensor()
    {
        long before = Tensor.TotalCount;
        using (var runner = TestRunners.Stories())
        {
            runner.Run(runner.OpenSequence(128), TestRunners.Story);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }
}
