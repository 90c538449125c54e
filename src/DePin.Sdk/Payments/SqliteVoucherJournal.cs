using System.Threading.Channels;
using DePin.Sdk.Settlement;
using DePin.Sdk.Storage;
using Microsoft.Data.Sqlite;
using Channel = DePin.Sdk.Settlement.Channel;

namespace DePin.Sdk.Payments;

/// <summary>
/// A journal in an SQLite file. A save returns when it is on the disk; saves that wait at the same time share one write
/// (group commit). Several processes may share the file. Thread-safe.
/// </summary>
public sealed class SqliteVoucherJournal : IVoucherJournal
{
    private const int QueueLength = 1_024;
    private const int MaxBatch = 512;

    private readonly Channel<JournalWrite> _queue = System.Threading.Channels.Channel.CreateBounded<JournalWrite>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly JournalStore _writer;
    private readonly JournalStore _reader;
    private readonly SemaphoreSlim _readGate = new(1, 1);
    private readonly Task _writing;

    private SqliteVoucherJournal(string path)
    {
        _writer = new JournalStore(path);
        try
        {
            _reader = new JournalStore(path);
            Id = _reader.ReadId();
        }
        catch
        {
            _writer.Dispose();
            throw;
        }

        // Its own thread: a disk that is slow to flush must not hold a thread of the pool.
        _writing = Task.Factory.StartNew(WriteLoop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Id { get; }

    /// <summary>Opens a journal, or makes one.</summary>
    /// <param name="path">The file; its folder must exist. SQLite keeps two more files beside it.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.StorageFailed"/>: the file cannot be opened, or is not a journal.</exception>
    public static SqliteVoucherJournal Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new SqliteVoucherJournal(path);
    }

    /// <inheritdoc/>
    public async Task SaveChannelAsync(Channel channel, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        await SubmitAsync(new ChannelWrite(channel), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<bool> SaveVoucherAsync(SignedVoucher voucher, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(voucher);
        return SubmitAsync(new VoucherWrite(voucher), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task SaveDeliveredAsync(ChannelId channel, Amount delivered, CancellationToken cancellationToken = default) =>
        await SubmitAsync(new DeliveredWrite(channel, delivered), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<JournalEntry?> FindAsync(ChannelId channel, CancellationToken cancellationToken = default) =>
        ReadAsync(store => store.Find(channel), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JournalEntry>> ListAsync(CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyList<JournalEntry>>(store => store.ListNotClosed(), cancellationToken);

    /// <summary>Writes what waits and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete())
        {
            return;
        }

        await _writing.ConfigureAwait(false);
        _writer.Dispose();
        await _readGate.WaitAsync().ConfigureAwait(false);
        try
        {
            _reader.Dispose();
        }
        finally
        {
            _readGate.Release();
        }
    }

    // Once it is queued a write is awaited to its end: a caller that left in between could not tell whether it was kept.
    private async Task<bool> SubmitAsync(JournalWrite write, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteVoucherJournal));
        }

        return await write.Completion.ConfigureAwait(false);
    }

    private async Task<T> ReadAsync<T>(Func<JournalStore, T> body, CancellationToken cancellationToken)
    {
        await _readGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_writing.IsCompleted, this);
            return body(_reader);
        }
        catch (SqliteException ex)
        {
            throw SqliteDatabase.StorageFailed($"The voucher journal could not be read: {ex.Message}", ex);
        }
        finally
        {
            _readGate.Release();
        }
    }

    private void WriteLoop()
    {
        var batch = new List<JournalWrite>(MaxBatch);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < MaxBatch && _queue.Reader.TryRead(out var write))
            {
                batch.Add(write);
            }

            WriteBatch(batch);
            batch.Clear();
        }
    }

    private void WriteBatch(List<JournalWrite> batch)
    {
        try
        {
            _writer.Begin();
            foreach (var write in batch)
            {
                write.Apply(_writer);
            }

            _writer.Commit();
        }
        catch (Exception ex)
        {
            _writer.Rollback();
            var error = ex is SqliteException ? SqliteDatabase.StorageFailed($"The voucher journal could not be written: {ex.Message}", ex) : ex;
            batch.ForEach(write => write.Fail(error));
            return;
        }

        batch.ForEach(static write => write.Complete());
    }
}
