using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Chains.Evm.Escrow.Internal;

/// <summary>One sender for each account, opened when it is first needed. A key proves itself before it gets one: whoever passes a signer must hold the key that it names. Thread-safe.</summary>
internal sealed class EvmSenders(EvmClient client, ulong chainId, EvmSettlementOptions options) : IAsyncDisposable
{
    private static readonly Secp256k1Verifier Verifier = new();

    private readonly ConcurrentDictionary<EvmAddress, Lazy<Task<Lane>>> _lanes = new();
    private readonly ConditionalWeakTable<ISigner, object> _proven = [];

    /// <summary>The sender of a signer's account.</summary>
    public async Task<EvmSender> GetAsync(ISigner signer, EvmAddress account, CancellationToken cancellationToken)
    {
        if (!_proven.TryGetValue(signer, out _))
        {
            await ProveAsync(signer, account, cancellationToken).ConfigureAwait(false);
            _proven.AddOrUpdate(signer, this);
        }

        while (true)
        {
            var opening = _lanes.GetOrAdd(account, static (_, open) => new Lazy<Task<Lane>>(open), () => OpenAsync(signer, account));
            try
            {
                var lane = await opening.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
                lane.Key.Current = signer;
                return lane.Sender;
            }
            catch (Exception ex) when (ex is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // What failed to open is tried again by the next one.
                _lanes.TryRemove(new(account, opening));
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes.Values)
        {
            if (lane is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            {
                await (await lane.Value.ConfigureAwait(false)).Sender.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<Lane> OpenAsync(ISigner signer, EvmAddress account)
    {
        var key = new LaneKey(account.ToPublicKey(), signer);
        var sending = options.Sender.Snapshot();
        if (options.DataDirectory is { } folder)
        {
            sending.JournalPath = Path.Combine(folder, $"sender-{chainId}-{account.ToString().ToLowerInvariant()}.db");
        }

        return new Lane(await EvmSender.OpenAsync(client, key, sending, options.TimeProvider, options.LoggerFactory?.CreateLogger<EvmSender>()).ConfigureAwait(false), key);
    }

    // The domain tag makes it neither a transaction nor typed data, so what is signed here is good for nothing else.
    private static async Task ProveAsync(ISigner signer, EvmAddress account, CancellationToken cancellationToken)
    {
        var challenge = new CanonicalWriter("depin.evm-account.v1").Write(RandomNumberGenerator.GetBytes(32)).ToArray();
        var signature = await signer.SignAsync(challenge, cancellationToken).ConfigureAwait(false);
        if (signature.Algorithm != SignatureAlgorithm.Secp256k1 || !Verifier.Verify(account.ToPublicKey(), challenge, signature.Bytes.Span))
        {
            throw new SettlementException(DePinErrorCode.InvalidSignature, Fault.Consumer, $"The signer names the account {account} and signs with another key.");
        }
    }

    private sealed record Lane(EvmSender Sender, LaneKey Key);

    /// <summary>The account's newest signer: programs make signers anew and dispose of old ones, while the lane goes on.</summary>
    private sealed class LaneKey(PublicKey key, ISigner first) : ISigner
    {
        private ISigner _current = first;

        public PublicKey PublicKey => key;

        public ISigner Current
        {
            set => Volatile.Write(ref _current, value);
        }

        public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => Volatile.Read(ref _current).SignAsync(message, cancellationToken);
    }
}
