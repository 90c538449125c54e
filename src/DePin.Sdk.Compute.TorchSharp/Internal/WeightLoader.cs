using System.Runtime.InteropServices;
using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using TorchSharp;

namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>Brings matrices from the mapped file to the device, a few rows at a time.</summary>
internal sealed class WeightLoader(TorchDevice device, IProgress<ModelLoadProgress>? progress, long totalBytes)
{
    // What is on the host at once: the rows as they are converted, and their pages of the file.
    private const long PieceBytes = 16 << 20;

    private long _done;

    /// <summary>Bytes on the device so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>One matrix on the device, out of several of the file one below the other.</summary>
    public torch.Tensor Matrix(params ReadOnlySpan<WeightPart> parts)
    {
        long rows = 0;
        foreach (var part in parts)
        {
            rows += part.Source.Rows;
        }

        int columns = parts[0].Source.Columns;
        var target = torch.empty([rows, columns], device.Type, device.Device);
        Bytes += rows * columns * device.ElementBytes;
        int row = 0;
        foreach (var part in parts)
        {
            Copy(part, target, row);
            row += part.Source.Rows;
        }

        return target;
    }

    /// <summary>A vector in single precision; null for null.</summary>
    public torch.Tensor? Vector(float[]? values)
    {
        Bytes += (values?.Length ?? 0) * sizeof(float);
        return values is null ? null : device.Upload(values);
    }

    private void Copy(WeightPart part, torch.Tensor target, int targetRow)
    {
        var source = part.Source;
        var tensor = source.Tensor;
        var stored = tensor.Type switch
        {
            GgufTensorType.BF16 => torch.ScalarType.BFloat16,
            GgufTensorType.F16 => torch.ScalarType.Float16,
            _ => torch.ScalarType.Float32,
        };
        if (part.Scale != 1)
        {
            stored = torch.ScalarType.Float32;
        }

        int elementBytes = stored == torch.ScalarType.Float32 ? 4 : 2;
        int rowBytes = source.Columns * elementBytes;

        // Moved rows come from within their head, so a piece holds whole heads.
        int unit = part.Layout?.Sources.Length ?? 1;
        int piece = (int)Math.Max(1, PieceBytes / rowBytes / unit) * unit;
        for (int first = 0; first < source.Rows; first += piece)
        {
            int count = Math.Min(piece, source.Rows - first);
            using var scope = torch.NewDisposeScope();
            var host = torch.empty([count, source.Columns], stored, torch.CPU);
            Fill(part, first, count, host, elementBytes);
            target.narrow(0, targetRow + first, count).copy_(host);
            tensor.ReleaseMemory(source.FirstRow + first, count);
            _done += count * tensor.RowBytes;
            progress?.Report(new ModelLoadProgress(ModelLoadStage.Weights, _done, totalBytes, tensor.Name));
        }
    }

    private static unsafe void Fill(WeightPart part, int first, int count, torch.Tensor host, int elementBytes)
    {
        var source = part.Source;
        fixed (byte* rows = host.bytes)
        {
            byte* start = rows;
            Parallel.For(0, count, i =>
            {
                int from = source.FirstRow + (part.Layout?.SourceOf(first + i) ?? (first + i));
                int length = source.Columns * elementBytes;
                var row = new Span<byte>(start + ((long)i * length), length);
                if (elementBytes == sizeof(float))
                {
                    var numbers = MemoryMarshal.Cast<byte, float>(row);
                    source.Tensor.ReadRow(from, numbers);
                    foreach (ref float number in numbers)
                    {
                        number *= part.Scale;
                    }
                }
                else
                {
                    source.Tensor.GetBytes(from, 1).CopyTo(row);
                }
            });
        }
    }
}
