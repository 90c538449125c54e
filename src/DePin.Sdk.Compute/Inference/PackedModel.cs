using System.Collections.Concurrent;
using DePin.Sdk.Compute.Inference.Kernels;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>All weights of a model, laid out for the processor.</summary>
internal sealed unsafe class PackedModel : IDisposable
{
    // Rows that one thread repacks at a time: large enough to stream, small enough to share evenly and to release behind.
    private const long PieceBytes = 4 << 20;

    private readonly ModelTensors _tensors;

    /// <param name="file">The open model.</param>
    /// <param name="threads">How many threads repack.</param>
    /// <param name="progress">Told of each piece that is repacked; null for nobody.</param>
    public PackedModel(ModelFile file, int threads, IProgress<ModelLoadProgress>? progress = null)
    {
        _tensors = new ModelTensors(file);
        try
        {
            Layers = [.. _tensors.Layers.Select(static l => new PackedLayer(l))];
            Output = new Projection(_tensors.Output);
            Repack(file, threads, progress);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public PackedLayer[] Layers { get; } = [];

    public Projection Output { get; } = null!;

    public float[] OutputNorm => _tensors.OutputNorm;

    /// <summary>Bytes of the repacked matrices.</summary>
    public long Bytes => Projections.Sum(static p => p.Matrices.Sum(static m => m.Bytes));

    private IEnumerable<Projection> Projections =>
        Layers.SelectMany(static l => (Projection[])[l.Attention, l.Output, l.FeedForward, l.Down]).Append(Output);

    /// <summary>The embedding of a token: from the output matrix where the two are one, else from the file.</summary>
    public void ReadEmbedding(int token, float* target)
    {
        if (_tensors.Embedding == _tensors.Output)
        {
            Output.Matrices[0].ReadRow(token, target);
        }
        else
        {
            _tensors.Embedding.Tensor.ReadRow(_tensors.Embedding.FirstRow + token, new Span<float>(target, _tensors.Embedding.Columns));
        }
    }

    public void Dispose()
    {
        foreach (var layer in Layers)
        {
            layer.Dispose();
        }

        Output?.Dispose();
    }

    private void Repack(ModelFile file, int threads, IProgress<ModelLoadProgress>? progress)
    {
        var pieces = new List<Piece>();
        foreach (var projection in Projections)
        {
            for (int i = 0; i < projection.Matrices.Count; i++)
            {
                var (matrix, source) = (projection.Matrices[i], projection.Sources[i]);
                int groups = (int)Math.Clamp(PieceBytes / (source.Tensor.RowBytes * PackedMatrix.GroupRows), 1, matrix.Groups);
                for (int first = 0; first < matrix.Groups; first += groups)
                {
                    pieces.Add(new Piece(matrix, source, first, Math.Min(first + groups, matrix.Groups)));
                }
            }
        }

        var report = progress is null ? null : new RepackReport(progress, pieces.Sum(static p => p.Bytes));

        // Partitioned one by one, so that a slow disk or core holds up no more than its piece.
        var partitions = Partitioner.Create(pieces, EnumerablePartitionerOptions.NoBuffering);
        try
        {
            Parallel.ForEach(partitions, new ParallelOptions { MaxDegreeOfParallelism = threads }, piece =>
            {
                Pack(piece);
                report?.Add(piece.Source.Tensor.Name, piece.Bytes);
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.Count == 1)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        GC.KeepAlive(file);
    }

    private static void Pack(Piece piece)
    {
        piece.Matrix.Pack(piece.FirstGroup, piece.EndGroup);

        // The file's pages are not needed again; left resident they would double the memory of the model. A file in memory has none.
        if (piece.Source.Tensor.IsMapped)
        {
            MappedMemory.Release(piece.Source.Data + (piece.FirstRow * piece.Source.Tensor.RowBytes), piece.Bytes);
        }
    }

    private readonly record struct Piece(PackedMatrix Matrix, TensorRows Source, int FirstGroup, int EndGroup)
    {
        public int FirstRow => FirstGroup * PackedMatrix.GroupRows;

        /// <summary>Bytes of the rows in the file.</summary>
        public long Bytes => (Math.Min(EndGroup * PackedMatrix.GroupRows, Source.Rows) - FirstRow) * Source.Tensor.RowBytes;
    }

    /// <summary>Adds up what all threads repack, and passes it on one report at a time.</summary>
    private sealed class RepackReport(IProgress<ModelLoadProgress> progress, long total)
    {
        private readonly Lock _gate = new();
        private long _done;

        public void Add(string tensor, long bytes)
        {
            lock (_gate)
            {
                _done += bytes;
                progress.Report(new ModelLoadProgress(ModelLoadStage.Weights, _done, total, tensor));
            }
        }
    }
}
