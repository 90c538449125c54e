using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Chains.Solana.Channels.Internal;

/// <summary>One sender for each fee payer, opened when it is first needed. A key proves itself before it acts: whoever passes a signer must hold the key that it names. Thread-safe.</summary>
internal sealed class SolanaSenders(SolanaClient client, ChainId chain, SolanaSettlementOptions options) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<SolanaAddress, Lazy<Task<Lane>>> _lanes = new();
    private readonly ConditionalWeakTable<ISigner, object> _proven = [];

    /// <summary>The keys that pay fees here, as far as they are known in this process.</summary>
    public IReadOnlyList<ISigner> FeePayers
    {
        get
        {
            var keys = new List<ISigner>();
            if (options.FeePayer is { } sponsor)
            {
                keys.Add(sponsor);
            }

            foreach (var lane in _lanes.Values)
            {
                if (lane is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } && (options.FeePayer is null || lane.Value.Result.Key.PublicKey != options.FeePayer.PublicKey))
                {
                    keys.Add(lane.Value.Result.Key);
                }
            }

            return keys;
        }
    }

    /// <summary>The sender for what somebody does, and the keys that sign beside its fee payer.</summary>
    public async Task<(SolanaSender Sender, IReadOnlyList<ISigner> Signers)> GetAsync(ISigner actor, SolanaAddress account, CancellationToken cancellationToken)
    {
        await ProveOnceAsync(actor, account, cancellationToken).ConfigureAwait(false);
        if (options.FeePayer is not { } sponsor || !SolanaAddress.TryFromPublicKey(sponsor.PublicKey, out var address) || address == account)
        {
            return (await OpenLaneAsync(actor, account, cancellationToken).ConfigureAwait(false), []);
        }

        return (await OpenLaneAsync(sponsor, address, cancellationToken).ConfigureAwait(false), [actor]);
    }

    /// <summary>The sender of a fee payer.</summary>
    public async Task<SolanaSender> GetFeePayerAsync(ISigner feePayer, SolanaAddress account, CancellationToken cancellationToken)
    {
        await ProveOnceAsync(feePayer, account, cancellationToken).ConfigureAwait(false);
        return await OpenLaneAsync(feePayer, account, cancellationToken).ConfigureAwait(false);
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

    /// <summary>A key proves that it is held. The tag makes what is signed neither a transaction nor a voucher, so that it is good for nothing else.</summary>
    public async Task ProveOnceAsync(ISigner signer, SolanaAddress account, CancellationToken cancellationToken)
    {
        if (_proven.TryGetValue(signer, out _))
        {
            return;
        }

        var challenge = new CanonicalWriter("depin.solana-account.v1").Write(RandomNumberGenerator.GetBytes(32)).ToArray();
        var signature = await signer.SignAsync(challenge, cancellationToken).ConfigureAwait(false);
        if (signature.Algorithm != SignatureAlgorithm.Ed25519 || !Ed25519.Verify(account.ToArray(), challenge, signature.Bytes.Span))
        {
            throw new SettlementException(DePinErrorCode.InvalidSignature, Fault.Consumer, $"The signer names the account {account} and signs with another key.");
        }

        _proven.AddOrUpdate(signer, this);
    }

    private async Task<SolanaSender> OpenLaneAsync(ISigner signer, SolanaAddress account, CancellationToken cancellationToken)
    {
        var opening = _lanes.GetOrAdd(account, static (_, open) => new Lazy<Task<Lane>>(open), () => OpenAsync(signer, account));
        try
        {
            var lane = await opening.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (!ReferenceEquals(lane.Key, signer))
            {
                lane.Key.Current = signer;
            }

            return lane.Sender;
        }
        catch (Exception ex) when (ex is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // What failed to open is tried again by the next one.
            _lanes.TryRemove(new(account, opening));
            throw;
        }
    }

    private async Task<Lane> OpenAsync(ISigner signer, SolanaAddress account)
    {
        var key = new LaneKey(account.ToPublicKey(), signer);
        var sending = options.Sender.Snapshot();
        if (options.DataDirectory is { } folder)
        {
            sending.JournalPath = Path.Combine(folder, $"sender-{chain.ToString().Replace(':', '-')}-{account}.db");
        }

        return new Lane(await SolanaSender.OpenAsync(client, key, sending, options.TimeProvider, options.LoggerFactory?.CreateLogger<SolanaSender>()).ConfigureAwait(false), key);
    }

    private sealed record Lane(SolanaSender Sender, LaneKey Key);

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
