namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>Blockhashes to sign for, and what tells equal requests apart that are signed for the same one. Thread-safe.</summary>
internal sealed class BlockhashSource(SenderContext context)
{
    private const int MaxSalts = 10_000;

    /// <summary>A slot: whoever asks in between would get the same one.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMilliseconds(400);

    private readonly Lock _gate = new();
    private readonly Dictionary<(SolanaHash Blockhash, SolanaHash Digest), uint> _salts = [];
    private Task<BlockhashReading>? _reading;
    private DateTimeOffset _readAt;

    /// <summary>The blockhash or nonce value for a request, and how many equal requests have it already.</summary>
    /// <param name="body">The request.</param>
    /// <param name="isFresh">Whether what was read a moment ago will not do.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(BlockhashReading Blockhash, uint Salt)> TakeAsync(RequestBody body, bool isFresh, CancellationToken cancellationToken)
    {
        var blockhash = body.Nonce is { } nonce
            ? await ReadNonceAsync(nonce, cancellationToken).ConfigureAwait(false)
            : await ReadAsync(isFresh, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (_salts.Count >= MaxSalts)
            {
                _salts.Clear(); // what they told apart is in the journal, which has the last word
            }

            var key = (blockhash.Hash, body.Digest);
            uint salt = _salts.GetValueOrDefault(key);
            _salts[key] = salt + 1;
            return (blockhash, salt);
        }
    }

    /// <summary>A nonce account's value, as the confirmed chain has it.</summary>
    public async Task<BlockhashReading> ReadNonceAsync(SolanaDurableNonce nonce, CancellationToken cancellationToken)
    {
        var reading = await context.Node.GetNonceAsync(nonce.Account, isFinalized: false, cancellationToken).ConfigureAwait(false);
        if (reading.Value is not { } value)
        {
            throw new SolanaSendException(SolanaSendError.Refused, $"{nonce.Account} is no nonce account that is set up. Nothing was sent.");
        }

        return reading.Authority == nonce.Authority
            ? new BlockhashReading(value, LastValidBlockHeight: 0, reading.Slot)
            : throw new SolanaSendException(SolanaSendError.Refused, $"The nonce account {nonce.Account} is advanced by {reading.Authority}, not by {nonce.Authority}. Nothing was sent.");
    }

    private Task<BlockhashReading> ReadAsync(bool isFresh, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var now = context.Now;
            if (isFresh || _reading is null || _reading.IsFaulted || _reading.IsCanceled || now - _readAt >= Lifetime)
            {
                _readAt = now;
                _reading = context.Node.GetBlockhashAsync(cancellationToken);
            }

            return _reading;
        }
    }
}
