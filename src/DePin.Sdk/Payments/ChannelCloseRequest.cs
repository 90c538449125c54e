using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>What the owner of a channel's voucher key signs to have the channel closed by its payee.</summary>
internal static class ChannelCloseRequest
{
    /// <summary>The canonical bytes. A signature can be replayed, to no effect: a closed channel stays closed.</summary>
    public static byte[] GetSigningBytes(ChannelId channel) => new CanonicalWriter("depin.close-channel.v1")
        .Write(channel.Bytes.Span)
        .ToArray();
}
