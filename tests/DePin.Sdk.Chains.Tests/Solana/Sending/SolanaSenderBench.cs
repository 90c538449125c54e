using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Sending.Internal;
using DePin.Sdk.Identity;
using DePin.Sdk.Testing;

namespace DePin.Sdk.Chains.Tests.Solana.Sending;

/// <summary>A sender on a fake cluster with a clock that the test moves.</summary>
internal sealed class SolanaSenderBench : IAsyncDisposable
{
    private static readonly TimeSpan RealLimit = TimeSpan.FromMinutes(2);

    public FakeSolanaNode Node { get; } = new();

    public ManualTimeProvider Clock { get; } = new();

    public Ed25519Signer Signer { get; } = Ed25519Signer.Create();

    public SolanaAddress FeePayer => new(Signer.PublicKey.Bytes.Span);

    /// <summary>With a signing timeout that no test's clock reaches while a signature is made.</summary>
    public SolanaSenderOptions Options { get; } = new() { SigningTimeout = TimeSpan.FromDays(30) };

    public SolanaSender Sender { get; private set; } = null!;

    /// <summary>Whether the cluster stands still while the sender prepares something, so that a slow machine lets nothing expire.</summary>
    public bool WaitsForPreparation { get; set; } = true;

    public static async Task<SolanaSenderBench> OpenAsync(Action<SolanaSenderBench>? prepare = null)
    {
        var bench = new SolanaSenderBench();
        prepare?.Invoke(bench);
        await bench.ReopenAsync();
        return bench;
    }

    public async Task ReopenAsync(ISenderNode? node = null, ISigner? signer = null)
    {
        if (Sender is not null)
        {
            await Sender.DisposeAsync();
        }

        Sender = await SolanaSender.OpenAsync(node ?? Node, signer ?? Signer, Options, Clock, null, CancellationToken.None);
    }

    /// <summary>A request that is told apart by its memo.</summary>
    public static SolanaTransactionRequest Request(string memo, string? key = null) => new() { Instructions = [MemoProgram.Memo(memo)], Key = key };

    /// <summary>Moves the clock, and lets blocks be made, until a task ends.</summary>
    public async Task<T> DriveAsync<T>(Task<T> task, Action? everyRound = null, int otherTimers = 0)
    {
        await DriveAsync((Task)task, everyRound, otherTimers);
        return await task;
    }

    /// <param name="task">The task.</param>
    /// <param name="everyRound">What happens between two polls; null makes a block.</param>
    /// <param name="otherTimers">How many timers wait for the clock beside the sender's poll.</param>
    public async Task DriveAsync(Task task, Action? everyRound = null, int otherTimers = 0)
    {
        using var limit = new CancellationTokenSource(RealLimit);
        while (!task.IsCompleted)
        {
            await Task.WhenAny(task, Clock.WaitForTimersAsync(1 + otherTimers, limit.Token));
            limit.Token.ThrowIfCancellationRequested();
            await PrepareAsync();
            (everyRound ?? (() => Node.Advance()))();
            Clock.Advance(Options.PollInterval);
            await Task.Yield();
        }

        await task;
    }

    /// <summary>Moves the clock by so many polls.</summary>
    public async Task PollAsync(int polls, Action? everyRound = null)
    {
        using var limit = new CancellationTokenSource(RealLimit);
        for (int i = 0; i < polls; i++)
        {
            everyRound?.Invoke();
            await Clock.WaitForTimersAsync(1, limit.Token);
            Clock.Advance(Options.PollInterval);
        }

        await Clock.WaitForTimersAsync(1, limit.Token);
    }

    /// <summary>Moves the clock, and makes blocks, until something holds.</summary>
    public async Task PollUntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(RealLimit);
        while (!condition())
        {
            await PrepareAsync();
            Node.Advance();
            await Clock.WaitForTimersAsync(1, limit.Token);
            Clock.Advance(Options.PollInterval);
            await Task.Yield();
        }
    }

    private async Task PrepareAsync()
    {
        for (int i = 0; i < 1_000 && WaitsForPreparation && Sender.Preparing > 0; i++)
        {
            await Task.Delay(1);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Sender is not null)
        {
            await Sender.DisposeAsync();
        }

        Signer.Dispose();
    }
}
