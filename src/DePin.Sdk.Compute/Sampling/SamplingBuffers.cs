namespace DePin.Sdk.Compute.Sampling;

/// <summary>Room to choose a token in; one set serves all samplers of a thread.</summary>
internal sealed class SamplingBuffers(int vocabularySize)
{
    /// <summary>How many tokens one of <see cref="BlockSums"/> stands for.</summary>
    public const int BlockTokens = 1024;

    /// <summary>The weight of each token.</summary>
    public float[] Weights { get; } = new float[vocabularySize];

    /// <summary>The weights that may matter.</summary>
    public float[] Likely { get; } = new float[vocabularySize];

    /// <summary>The sums of the weights, block by block.</summary>
    public double[] BlockSums { get; } = new double[(vocabularySize + BlockTokens - 1) / BlockTokens];
}
