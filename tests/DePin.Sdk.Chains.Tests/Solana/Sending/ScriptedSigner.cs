using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Tests.Solana.Sending;

/// <summary>A key that signs as a script says, whatever it claims to be.</summary>
internal sealed class ScriptedSigner(PublicKey publicKey, Func<ReadOnlyMemory<byte>, ValueTask<Signature>> sign) : ISigner
{
    public PublicKey PublicKey => publicKey;

    public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => sign(message);
}
