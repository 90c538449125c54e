namespace DePin.Sdk.Compute.Inference;

/// <summary>
/// The residual stream of the tokens of a pass and what projections read of it. A long prompt has one that all members share; for a few
/// tokens each member keeps one of its own, which costs less than meeting at a barrier.
/// </summary>
internal sealed unsafe class ActivationStream : IDisposable
{
    private readonly NativeBuffer _residual;
    private readonly NativeBuffer _normed;

    public ActivationStream(int maxTokens, int width, int widest)
    {
        MaxTokens = maxTokens;
        Width = width;
        _residual = new NativeBuffer((long)maxTokens * width);
        _normed = new NativeBuffer((long)maxTokens * width);
        Input = new ProjectionInput(maxTokens, widest);
    }

    public int MaxTokens { get; }

    public int Width { get; }

    public ProjectionInput Input { get; }

    public float* Normed => _normed.Pointer;

    public float* ResidualOf(int token) => _residual.Pointer + ((long)token * Width);

    public float* NormedOf(int token) => _normed.Pointer + ((long)token * Width);

    public void Dispose()
    {
        _residual.Dispose();
        _normed.Dispose();
        Input.Dispose();
    }
}
