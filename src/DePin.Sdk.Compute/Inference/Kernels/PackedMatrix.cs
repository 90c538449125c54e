using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Rows of a tensor in the order in which the kernels read them, in about the space that they take in the file.</summary>
/// <remarks>
/// A product does not depend on how the rows, the tokens and the instruction set are chosen: for each row and token all paths do the
/// same roundings in the same order. <see cref="Pack"/> must have filled a panel before anything reads it; then the methods are safe
/// for concurrent use.
/// </remarks>
internal abstract unsafe class PackedMatrix : IDisposable
{
    private readonly WeightMemory _memory;

    private protected PackedMatrix(ModelTensor tensor, int firstRow, int rows, long panelBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, tensor.Rows - firstRow);
        Source = tensor.Data + (firstRow * tensor.RowBytes);
        SourceRowBytes = tensor.RowBytes;
        Rows = rows;
        Columns = tensor.Columns;
        Groups = (rows + GroupRows - 1) / GroupRows;
        GroupBytes = panelBytes;
        _memory = new WeightMemory(Groups * panelBytes);
        Panels = _memory.Pointer;
    }

    /// <summary>Rows of a panel, the unit in which work is shared out.</summary>
    public static int GroupRows => PanelKernel.Rows;

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Number of panels; the last may be partly empty.</summary>
    public int Groups { get; }

    /// <summary>Bytes that the packed weights take, and that a product with one token reads.</summary>
    public long Bytes => Groups * GroupBytes;

    /// <summary>Whether the kernel reads the activations as floats; otherwise it reads the quantized ones.</summary>
    public abstract bool TakesFloats { get; }

    private protected byte* Panels { get; }

    private protected byte* Source { get; }

    private protected long SourceRowBytes { get; }

    private protected long GroupBytes { get; }

    /// <summary>Makes room for rows of a tensor; <see cref="Pack"/> fills it.</summary>
    public static PackedMatrix Create(ModelTensor tensor, int firstRow, int rows) => Create(tensor, firstRow, rows, KernelPaths.Best);

    public static PackedMatrix Create(ModelTensor tensor, int firstRow, int rows, KernelPath path) => tensor.Type switch
    {
        GgufTensorType.F32 => new FloatMatrix<F32Panel>(tensor, firstRow, rows, path),
        GgufTensorType.F16 => new FloatMatrix<F16Panel>(tensor, firstRow, rows, path),
        GgufTensorType.BF16 => new FloatMatrix<BF16Panel>(tensor, firstRow, rows, path),
        GgufTensorType.Q8_0 => QuantizedMatrix<Q8Panel>.OfBlocks<Q8Panel>(tensor, firstRow, rows, path),
        GgufTensorType.Q5_0 => QuantizedMatrix<Q5Panel>.OfBlocks<Q5Panel>(tensor, firstRow, rows, path),
        GgufTensorType.Q4_0 => QuantizedMatrix<Q4Panel>.OfBlocks<Q4Panel>(tensor, firstRow, rows, path),
        GgufTensorType.Q4_K => QuantizedMatrix<Q4KPanel>.OfSuperblocks<Q4KPanel>(tensor, firstRow, rows, path),
        GgufTensorType.Q5_K => QuantizedMatrix<Q5KPanel>.OfSuperblocks<Q5KPanel>(tensor, firstRow, rows, path),
        GgufTensorType.Q6_K => QuantizedMatrix<Q6KPanel>.OfSuperblocks<Q6KPanel>(tensor, firstRow, rows, path),
        _ => throw tensor.Error($"No kernel multiplies tensors of type {GgufTensorTypeLayout.Name((uint)tensor.Type)}."),
    };

    /// <summary>Fills panels from the tensor in the file. Different panels may be filled at the same time.</summary>
    public abstract void Pack(int firstGroup, int endGroup);

    /// <summary>Converts one packed row to single precision.</summary>
    public abstract void ReadRow(int row, float* target);

    /// <summary>y[t * yStride + row] = the product of a row and a token, for the rows of the panels and the tokens in the ranges.</summary>
    /// <param name="q">The activations, unless <see cref="TakesFloats"/>.</param>
    /// <param name="x">The activations if <see cref="TakesFloats"/>, token after token.</param>
    /// <param name="xStride">Distance of the tokens in <paramref name="x"/>.</param>
    /// <param name="firstToken">The first token, an index into the activations and <paramref name="y"/>.</param>
    /// <param name="endToken">One past the last token.</param>
    /// <param name="firstGroup">The first panel.</param>
    /// <param name="endGroup">One past the last panel.</param>
    /// <param name="y">The products.</param>
    /// <param name="yStride">Distance of the tokens in <paramref name="y"/>.</param>
    public abstract void Multiply(
        QuantizedActivations q, float* x, long xStride, int firstToken, int endToken, int firstGroup, int endGroup, float* y, long yStride);

    public void Dispose() => _memory.Dispose();
}
