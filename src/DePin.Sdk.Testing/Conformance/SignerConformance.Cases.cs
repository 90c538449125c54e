using System.Numerics;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Testing.Conformance;

public sealed partial class SignerConformance
{
    private const int Samples = 40;
    private const int NumberSize = 32;
    private const int AddressSize = 20;

    // The orders of the groups: SEC 2, 2.4.1 and 2.4.2.
    private static readonly BigInteger Secp256k1Order = Number(Convert.FromHexString("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141"));
    private static readonly BigInteger P256Order = Number(Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"));

    private static Task KeyAsync(ISigner signer)
    {
        var key = signer.PublicKey;
        Expect.True(key.Bytes.Length > 0 && !string.IsNullOrEmpty(key.Algorithm.Name), "there is a public key that names its algorithm");
        Expect.Equal(key, signer.PublicKey, "the public key read again");
        bool isPoint = key.Bytes.Length == 1 + NumberSize && key.Bytes.Span[0] is 2 or 3;
        if (key.Algorithm == SignatureAlgorithm.P256)
        {
            Expect.True(isPoint, "the public key is a compressed point");
        }
        else if (key.Algorithm == SignatureAlgorithm.Secp256k1)
        {
            Expect.True(isPoint || key.Bytes.Length == AddressSize, "the public key is a compressed point, or the account's address");
        }

        return Task.CompletedTask;
    }

    private async Task MessagesAsync(ISigner signer)
    {
        foreach (int length in (int[])[0, 1, 31, 33, 135, 136, 137, 4_096, 1 << 20])
        {
            await ExpectVerifiesAsync(signer, Message(length, length), $"{length} bytes").ConfigureAwait(false);
        }

        var signature = await SignAsync(signer, Message(1, 10)).ConfigureAwait(false);
        Expect.True(!_verifiers.Verify(signer.PublicKey, Message(2, 10).Span, signature), "a signature is of its own message only");
    }

    private async Task DigestLikeAsync(ISigner signer)
    {
        // Signers that take 32 bytes for a digest fail here: the verifier hashes them.
        await ExpectVerifiesAsync(signer, Message(3, 32), "32 bytes, which are a message like any other").ConfigureAwait(false);
        await ExpectVerifiesAsync(signer, Message(4, 64), "64 bytes").ConfigureAwait(false);
    }

    private async Task FormAsync(ISigner signer)
    {
        var algorithm = signer.PublicKey.Algorithm;
        for (int i = 0; i < Samples; i++)
        {
            var bytes = (await SignAsync(signer, Message(i, 40)).ConfigureAwait(false)).Bytes;
            if (algorithm == SignatureAlgorithm.Secp256k1)
            {
                Expect.Equal((2 * NumberSize) + 1, bytes.Length, "the length of r, s and v");
                Expect.True(bytes.Span[^1] is 27 or 28, "v is 27 or 28");
                ExpectInRange(bytes.Span[..NumberSize], Secp256k1Order - 1, "r is from 1 to n-1");
                ExpectInRange(bytes.Span.Slice(NumberSize, NumberSize), Secp256k1Order / 2, "s is from 1 to n/2 (EIP-2)");
            }
            else if (algorithm == SignatureAlgorithm.P256)
            {
                Expect.Equal(2 * NumberSize, bytes.Length, "the length of r and s");
                ExpectInRange(bytes.Span[..NumberSize], P256Order - 1, "r is from 1 to n-1");
                ExpectInRange(bytes.Span[NumberSize..], P256Order - 1, "s is from 1 to n-1");
            }
            else
            {
                Expect.True(bytes.Length is > 0 and <= Signature.MaxLength, $"a signature has 1 to {Signature.MaxLength} bytes");
            }
        }
    }

    /// <summary>Two ECDSA signatures with one r give the private key away.</summary>
    private async Task NoncesAsync(ISigner signer)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < Samples; i++)
        {
            var bytes = (await SignAsync(signer, Message(100 + i, 40)).ConfigureAwait(false)).Bytes;
            Expect.True(bytes.Length >= NumberSize && seen.Add(Convert.ToHexString(bytes.Span[..NumberSize])), "signatures of different messages begin differently");
        }
    }

    private async Task DeterministicAsync(ISigner signer)
    {
        var message = Message(5, 100);
        var first = await SignAsync(signer, message).ConfigureAwait(false);
        var second = await SignAsync(signer, message).ConfigureAwait(false);
        Expect.True(!IsDeterministic || first == second, "the same message has the same signature");
        Expect.True(_verifiers.Verify(signer.PublicKey, message.Span, first) && _verifiers.Verify(signer.PublicKey, message.Span, second), "both signatures verify");
    }

    private async Task KeepAsync(ISigner signer)
    {
        var first = await SignAsync(signer, Message(6, 20)).ConfigureAwait(false);
        var copy = first.Bytes.ToArray();
        await SignAsync(signer, Message(7, 20)).ConfigureAwait(false);
        Expect.True(first.Bytes.Span.SequenceEqual(copy), "a signature's bytes are its own, not a buffer that is used again");
    }

    private async Task ThreadsAsync(ISigner signer) => await Task.WhenAll(Enumerable.Range(0, Samples).Select(i => Task.Run(
        () => ExpectVerifiesAsync(signer, Message(i, i), $"message {i} of several at once")))).ConfigureAwait(false);

    private static async Task CancelledAsync(ISigner signer)
    {
        try
        {
            await signer.SignAsync(Message(8, 8), new CancellationToken(canceled: true)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        throw new ConformanceException("A signer signed although it was cancelled before.");
    }

    private async Task CancelledMeanwhileAsync(ISigner signer)
    {
        using (var cancellation = new CancellationTokenSource())
        {
            var signing = signer.SignAsync(Message(9, 9), cancellation.Token).AsTask();
            await cancellation.CancelAsync().ConfigureAwait(false);
            try
            {
                await signing.WaitAsync(Patience, CancellationToken.None).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // As it should; a quick key may also have been done already.
            }
        }

        await ExpectVerifiesAsync(signer, Message(10, 10), "a message after a cancelled one").ConfigureAwait(false);
    }

    private async Task SecretAsync(ISigner signer)
    {
        await SignAsync(signer, Message(11, 11)).ConfigureAwait(false);
        var texts = new List<string?> { signer.ToString() };
        try
        {
            await signer.SignAsync(default, new CancellationToken(canceled: true)).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is not ConformanceException)
        {
            texts.Add(problem.ToString());
        }

        if (PrivateKey is { } export)
        {
            var key = export(signer);
            foreach (var text in texts)
            {
                Expect.True(text?.Contains(Convert.ToHexString(key), StringComparison.OrdinalIgnoreCase) != true, "no text has the private key in hexadecimal");
                Expect.True(text?.Contains(Convert.ToBase64String(key), StringComparison.Ordinal) != true, "no text has the private key in Base64");
                Expect.True(text?.Contains(Number(key).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal) != true, "no text has the private key as a number");
            }

            Array.Clear(key);
        }
    }

    private async Task DisposeAsync(ISigner signer)
    {
        if (signer is not IDisposable disposable)
        {
            return;
        }

        disposable.Dispose();
        disposable.Dispose();
        try
        {
            await SignAsync(signer, Message(12, 12)).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            return;
        }

        throw new ConformanceException("A signer signed after it was disposed.");
    }

    private static void ExpectInRange(ReadOnlySpan<byte> bytes, BigInteger highest, string what)
    {
        var number = Number(bytes);
        Expect.True(!number.IsZero && number <= highest, what);
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
