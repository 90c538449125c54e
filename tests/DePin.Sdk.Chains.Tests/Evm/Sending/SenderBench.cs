using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Evm.Transactions;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Testing;

namespace DePin.Sdk.Chains.Tests.Evm.Sending;

/// <summary>A sender on a simulated chain with a clock that the test moves.</summary>
internal sealed class SenderBench : IAsyncDisposable
{
    public static readonly BigInteger Ether = BigInteger.Pow(10, 18);
    private static readonly TimeSpan RealLimit = TimeSpan.FromMinutes(2);

    public SimulatedChain Chain { get; } = new();

    public ManualTimeProvider Clock { get; } = new();

    public Secp256k1Signer Signer { get; } = Secp256k1Signer.Create();

    public EvmAddress Account => EvmAddress.FromPublicKey(Signer.Point);

    /// <summary>With a signing timeout that no test's clock reaches while a signature is made.</summary>
    public EvmSenderOptions Options { get; } = new() { SigningTimeout = TimeSpan.FromDays(30) };

    public EvmSender Sender { get; private set; } = null!;

    public static EvmAddress Payee { get; } = EvmAddress.FromUInt256(0xBEEFUL);

    public static async Task<SenderBench> OpenAsync(Action<SenderBench>? prepare = null)
    {
        var bench = new SenderBench();
        bench.Chain.Fund(bench.Account, 10 * Ether);
        prepare?.Invoke(bench);
        await bench.ReopenAsync();
        return bench;
    }

    public async Task ReopenAsync(IJsonRpcTransport? transport = null)
    {
        if (Sender is not null)
        {
            await Sender.DisposeAsync();
        }

        Sender = await EvmSender.OpenAsync(new EvmClient(transport ?? Chain), Signer, Options, Clock);
    }

    /// <summary>A request that moves one wei and is told apart by its data.</summary>
    public static EvmTransactionRequest Request(int id, string? key = null)
    {
        var data = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(data, id);
        return new EvmTransactionRequest { To = Payee, Value = UInt256.One, Data = data, Key = key };
    }

    /// <summary>What another program signs with the same key: a transfer of nothing to nobody.</summary>
    public SignedEvmTransaction Foreign(ulong nonce)
    {
        var transaction = new EvmTransaction { ChainId = SimulatedChain.ChainId, Nonce = nonce, GasLimit = 21_000, MaxFeePerGas = 100_000_000_000UL, MaxPriorityFeePerGas = 50_000_000_000UL, To = EvmAddress.Zero };
        Span<byte> key = stackalloc byte[32];
        Signer.ExportPrivateKey(key);
        return transaction.Sign(EvmSignature.Sign(key, transaction.SigningHash()));
    }

    /// <summary>Whether a broadcast is a transfer of the account to itself.</summary>
    public bool IsCancellation(JsonRpcRequest request) => Read(request).To == Account;

    /// <summary>Whether a broadcast does what a request asks for.</summary>
    public static bool Holds(JsonRpcRequest broadcast, EvmTransactionRequest request) => Read(broadcast).Data.Span.SequenceEqual(request.Data.Span);

    private static EvmTransaction Read(JsonRpcRequest request) =>
        SignedEvmTransaction.Decode(Hex.Decode(JsonElement.Parse(request.Parameters.Span)[0].GetString()!)).Transaction;

    /// <summary>Moves the clock, and lets blocks be mined, until a task ends.</summary>
    public async Task<T> DriveAsync<T>(Task<T> task, Action? everyRound = null, int otherTimers = 0)
    {
        await DriveAsync((Task)task, everyRound, otherTimers);
        return await task;
    }

    /// <param name="task">The task.</param>
    /// <param name="everyRound">What happens between two polls; null mines a block.</param>
    /// <param name="otherTimers">How many timers wait for the clock beside the sender's poll.</param>
    public async Task DriveAsync(Task task, Action? everyRound = null, int otherTimers = 0)
    {
        using var limit = new CancellationTokenSource(RealLimit);
        while (!task.IsCompleted)
        {
            await Task.WhenAny(task, Clock.WaitForTimersAsync(1 + otherTimers, limit.Token));
            limit.Token.ThrowIfCancellationRequested();
            (everyRound ?? (() => Chain.Mine()))();
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
            Clock.Advance(Options.PollInterval);
            await Clock.WaitForTimersAsync(1, limit.Token);
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
