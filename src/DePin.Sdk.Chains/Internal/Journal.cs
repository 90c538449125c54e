using System.Threading.Channels;
using DePin.Sdk.Storage;
using Microsoft.Data.Sqlite;

namespace DePin.Sdk.Chains.Internal;

/// <summary>A journal: its store on a thread of its own, since a disk that is slow to flush must not hold a thread of the pool; and the lock that keeps other processes off. Thread-safe.</summary>
/// <typeparam name="TStore">The store.</typeparam>
internal sealed class Journal<TStore> : IAsyncDisposable
    where TStore : class, IJournalStore
{
    private readonly Channel<Action> _queue = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TStore _store;
    private readonly FileStream? _lock;
    private readonly Task _loop;

    private Journal(TStore store, FileStream? ownership)
    {
        _store = store;
        _lock = ownership;
        _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Opens a journal and takes it for this process.</summary>
    /// <param name="path">The file; null for memory.</param>
    /// <param name="open">Opens the store.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.StorageFailed"/>: the store cannot be opened, or another sender has the file open.</exception>
    public static Journal<TStore> Open(string? path, Func<TStore> open)
    {
        var ownership = path is null ? null : TakeOwnership(path);
        try
        {
            return new Journal<TStore>(open(), ownership);
        }
        catch
        {
            ownership?.Dispose();
            throw;
        }
    }

    /// <summary>Reads.</summary>
    public Task<T> ReadAsync<T>(Func<TStore, T> body) => SubmitAsync(body);

    /// <summary>Writes in one transaction: when the task ends, it is on the disk.</summary>
    public Task WriteAsync(Action<TStore> body) => SubmitAsync(store =>
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
                $"The journal '{path}' could not be taken; another sender, of this process or another one, has it open, or its folder cannot be written. An account's transactions are sent by one sender at a time: {problem.Message}",
                problem,
                Fault.Consumer);
        }
    }

    private async Task<T> SubmitAsync<T>(Func<TStore, T> body)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(() => Execute(body, completion)), this);
        return await completion.Task.ConfigureAwait(false);
    }

    private void Execute<T>(Func<TStore, T> body, TaskCompletionSource<T> completion)
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
