using System.Threading.Channels;
using DePin.Sdk.Storage;
using Microsoft.Data.Sqlite;

namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>A lane's journal: its store on a thread of its own, since a disk that is slow to flush must not hold a thread of the pool; and the lock that keeps other processes off. Thread-safe.</summary>
internal sealed class SenderJournal : IAsyncDisposable
{
    private readonly Channel<Action> _queue = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SenderStore _store;
    private readonly FileStream? _lock;
    private readonly Task _loop;

    private SenderJournal(SenderStore store, FileStream? ownership)
    {
        _store = store;
        _lock = ownership;
        _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Opens a journal and takes the lane for this process.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.StorageFailed"/>: the file cannot be opened, belongs to another account or chain, or another sender has it open.</exception>
    public static SenderJournal Open(string? path, ulong chainId, EvmAddress address, Hash32? firstBlock)
    {
        var ownership = path is null ? null : TakeOwnership(path);
        try
        {
            return new SenderJournal(SenderStore.Open(path, chainId, address, firstBlock), ownership);
        }
        catch
        {
            ownership?.Dispose();
            throw;
        }
    }

    /// <summary>Reads.</summary>
    public Task<T> ReadAsync<T>(Func<SenderStore, T> body) => SubmitAsync(body);

    /// <summary>Writes in one transaction: when the task ends, it is on the disk.</summary>
    public Task WriteAsync(Action<SenderStore> body) => SubmitAsync(store =>
    {
        try
        {
            store.Begin();
            body(store);
            store.Commit();
            return true;
        }
        catch
        {
            store.Rollback();
            throw;
        }
    });

    public async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete())
        {
            return;
        }

        await _loop.ConfigureAwait(false);
        _store.Dispose();
        if (_lock is not null)
        {
            await _lock.DisposeAsync().ConfigureAwait(false);
        }
    }

    // The operating system gives the lock back however the process ends. The file stays: deleting it could take away the lock of the next owner.
    private static FileStream TakeOwnership(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw SqliteDatabase.StorageFailed(
                $"The journal '{path}' could not be taken; another sender, of this process or another one, has it open, or its folder cannot be written. An account's nonces are given by one sender at a time: {problem.Message}",
                problem,
                Fault.Consumer);
        }
    }

    private async Task<T> SubmitAsync<T>(Func<SenderStore, T> body)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(() => Execute(body, completion)), this);
        return await completion.Task.ConfigureAwait(false);
    }

    private void Execute<T>(Func<SenderStore, T> body, TaskCompletionSource<T> completion)
    {
        try
        {
            completion.SetResult(body(_store));
        }
        catch (SqliteException problem)
        {
            completion.SetException(SqliteDatabase.StorageFailed($"The sender's journal failed: {problem.Message}", problem, Fault.Consumer));
        }
        catch (Exception problem)
        {
            completion.SetException(problem);
        }
    }

    private void Run()
    {
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_queue.Reader.TryRead(out var work))
            {
                work();
            }
        }
    }
}
