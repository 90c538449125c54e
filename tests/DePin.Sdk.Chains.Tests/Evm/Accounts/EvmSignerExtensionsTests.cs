using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Transactions;
using DePin.Sdk.Chains.Evm.TypedData;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Tests.Evm.Accounts;

public sealed class EvmSignerExtensionsTests
{
    private static readonly TypedDataDomain Domain = TypedDataDomain.PaymentChannel(1, EvmAddress.Zero);

    [Fact]
    public async Task Sign_EachForm_RecoversToTheSignersAddress()
    {
        using var signer = Secp256k1Signer.Create();
        var account = signer.GetEvmAddress();
        Assert.Equal(EvmAddress.FromPublicKey(signer.Point), account);

        var transaction = new EvmTransaction { ChainId = 1, Nonce = 0, GasLimit = 21_000, MaxFeePerGas = 10 };
        Assert.Equal(account, (await signer.SignTransactionAsync(transaction)).RecoverSender());

        var voucher = new PaymentVoucher(Hash32.Keccak([]), 5);
        Assert.True((await signer.SignTypedDataAsync(Domain, voucher)).TryRecover(Domain.Digest(voucher), out var by));
        Assert.Equal(account, by);

        var document = TypedDataDocument.Parse("""{"types":{"EIP712Domain":[{"name":"name","type":"string"}],"A":[{"name":"b","type":"uint8"}]},"primaryType":"A","domain":{"name":"x"},"message":{"b":1}}""");
        Assert.True((await signer.SignTypedDataAsync(document)).TryRecover(document.Digest, out by));
        Assert.Equal(account, by);

        Assert.True((await signer.SignPersonalMessageAsync("Hello"u8)).TryRecover(PersonalMessage.Hash("Hello"), out by));
        Assert.Equal(account, by);
        Assert.Equal(PersonalMessage.Hash("Hello"), Hash32.Keccak(PersonalMessage.SigningPayload("Hello"u8)));
    }

    [Fact]
    public async Task Sign_SignerThatKnowsItsAddressAlone_Works()
    {
        using var signer = Secp256k1Signer.Create();
        var account = signer.GetEvmAddress();
        var wallet = new Broken(account.ToPublicKey(), async message => await signer.SignAsync(message));
        Assert.Equal(account, wallet.GetEvmAddress());
        Assert.True((await wallet.SignPersonalMessageAsync("Hello"u8)).TryRecover(PersonalMessage.Hash("Hello"), out var by));
        Assert.Equal(account, by);
    }

    [Fact]
    public async Task Sign_SignatureOfAnotherKeyOrForm_IsFoundOut()
    {
        using var signer = Secp256k1Signer.Create();
        using var other = Secp256k1Signer.Create();
        var voucher = new PaymentVoucher(default, 5);
        Func<ReadOnlyMemory<byte>, Task<Signature>>[] broken =
        [
            async message => await other.SignAsync(message),
            async message => await signer.SignAsync(Keccak256.HashData(message.Span)),
            async message => new Signature(SignatureAlgorithm.Secp256k1, (await signer.SignAsync(message)).Bytes[..63]),
            async message => (await signer.SignAsync(message)) with { Algorithm = SignatureAlgorithm.P256 },
            _ => Task.FromResult(new Signature(SignatureAlgorithm.Secp256k1, new byte[65])),
            _ => Task.FromResult(default(Signature)),
        ];
        foreach (var sign in broken)
        {
            var problem = await Assert.ThrowsAsync<DePinException>(async () => await new Broken(signer.PublicKey, sign).SignTypedDataAsync(Domain, voucher));
            Assert.Equal(DePinErrorCode.InvalidSignature, problem.Code);
        }
    }

    [Fact]
    public void GetEvmAddress_OtherCurve_IsRefused()
    {
        using var signer = P256Signer.Create();
        Assert.Throws<ArgumentException>(() => signer.GetEvmAddress());
    }

    private sealed class Broken(PublicKey key, Func<ReadOnlyMemory<byte>, Task<Signature>> sign) : ISigner
    {
        public PublicKey PublicKey => key;

        public async ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => await sign(message);
    }
}
