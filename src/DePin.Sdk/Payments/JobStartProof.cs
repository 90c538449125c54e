using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>What the owner of a channel's voucher key signs to have one job paid from the channel: ids of channels are public, so naming one proves nothing.</summary>
internal static class JobStartProof
{
    /// <summary>The canonical bytes. The job's hash covers its unique id, and the offer expires, so a payee that remembers ids until then takes each proof once.</summary>
    public static byte[] GetSigningBytes(ChannelId channel, ReadOnlySpan<byte> jobHash, ReadOnlySpan<byte> offerId) => new CanonicalWriter("depin.job-start.v1")
        .Write(channel.Bytes.Span)
        .Write(jobHash)
        .Write(offerId)
        .ToArray();
}
