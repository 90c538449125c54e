namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>One signature of a request, and until when it lives.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Bytes">What is sent, always the same.</param>
/// <param name="Blockhash">The blockhash that it names, or the value of its nonce account.</param>
/// <param name="KnownSlot">The slot of the node that gave the blockhash; no earlier block can hold it.</param>
/// <param name="LastValidBlockHeight">The height of the last block that may hold it; 0 when it has a nonce.</param>
/// <param name="Nonce">The nonce account; null when it names a recent block.</param>
/// <param name="Price">What it offers for priority, in micro-lamports per compute unit.</param>
internal sealed record OutboxAttempt(
    SolanaSignature Id,
    ReadOnlyMemory<byte> Bytes,
    SolanaHash Blockhash,
    ulong KnownSlot,
    ulong LastValidBlockHeight,
    SolanaAddress? Nonce,
    ulong Price);
