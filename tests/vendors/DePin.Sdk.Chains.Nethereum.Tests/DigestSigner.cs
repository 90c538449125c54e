using Nethereum.Model;
using Nethereum.Signer;
using Nethereum.Signer.Crypto;

namespace DePin.Sdk.Chains.Nethereum.Tests;

/// <summary>An external signer as Nethereum's own for clouds are: it signs digests, gives no v, and takes either of the two s.</summary>
internal sealed class DigestSigner(EthECKey key, bool signsHigh) : EthExternalSignerBase
{
    private static readonly Org.BouncyCastle.Math.BigInteger Order = new("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

    public EthECKey Key => key;

    public string? Address { get; init; }

    public ExternalSignerTransactionFormat Format { get; init; } = ExternalSignerTransactionFormat.Hash;

    public override bool Supported1559 => true;

    public override ExternalSignerTransactionFormat ExternalSignerTransactionFormat { get => Format; protected set => throw new NotSupportedException(); }

    public override bool CalculatesV { get => false; protected set => throw new NotSupportedException(); }

    public override Task<string> GetAddressAsync() => Address is null ? base.GetAddressAsync() : Task.FromResult(Address);

    public override Task SignAsync(LegacyTransactionChainId transaction) => SignHashTransactionAsync(transaction);

    public override Task SignAsync(LegacyTransaction transaction) => SignHashTransactionAsync(transaction);

    public override Task SignAsync(Transaction1559 transaction) => SignHashTransactionAsync(transaction);

    public override Task SignAsync(Transaction7702 transaction) => SignHashTransactionAsync(transaction);

    protected override Task<byte[]> GetPublicKeyAsync() => Task.FromResult(key.GetPubKey());

    protected override Task<ECDSASignature> SignExternallyAsync(byte[] bytes)
    {
        var signature = ECDSASignature.FromDER(key.Sign(bytes).ToDER());
        return Task.FromResult(signsHigh ? new ECDSASignature(signature.R, Order.Subtract(signature.S)) : signature);
    }
}
