using System.Security.Cryptography;
using System.Text;
using DePin.Sdk.Chains.Cryptography;

namespace DePin.Sdk.Chains.Tests.Cryptography;

public sealed class Keccak256Tests
{
    // The empty hash and the hash of an empty RLP string and list are constants of the Ethereum yellow paper; the selectors are of ERC-20.
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("80", "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421")]
    [InlineData("c0", "1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347")]
    public void HashData_KnownMessage_GivesKnownDigest(string message, string digest) =>
        Assert.Equal(digest, Convert.ToHexStringLower(Keccak256.HashData(Convert.FromHexString(message))));

    [Theory]
    [InlineData("transfer(address,uint256)", "a9059cbb")]
    [InlineData("balanceOf(address)", "70a08231")]
    [InlineData("approve(address,uint256)", "095ea7b3")]
    public void HashData_FunctionSignature_StartsWithItsSelector(string signature, string selector) =>
        Assert.StartsWith(selector, Convert.ToHexStringLower(Keccak256.HashData(Encoding.ASCII.GetBytes(signature))), StringComparison.Ordinal);

    [Fact]
    public void HashData_EveryLengthToThreeBlocks_MatchesTheReference()
    {
        var random = new Random(1);
        var message = new byte[3 * 136 + 1];
        random.NextBytes(message);
        for (int length = 0; length <= message.Length; length++)
        {
            Assert.Equal(KeccakReference.Hash(message.AsSpan(0, length), padding: 0x01), Keccak256.HashData(message.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Reference_WithThePaddingOfSha3_MatchesTheRuntime()
    {
        if (!SHA3_256.IsSupported)
        {
            return;
        }

        var message = new byte[500];
        new Random(2).NextBytes(message);
        for (int length = 0; length <= message.Length; length += 7)
        {
            Assert.Equal(SHA3_256.HashData(message.AsSpan(0, length)), KeccakReference.Hash(message.AsSpan(0, length), padding: 0x06));
        }
    }

    [Fact]
    public void Append_InRandomPieces_MatchesOneShot()
    {
        var random = new Random(3);
        var hash = default(Keccak256);
        var digest = new byte[32];
        for (int round = 0; round < 500; round++)
        {
            var message = new byte[random.Next(700)];
            random.NextBytes(message);
            for (int at = 0; at < message.Length;)
            {
                int piece = Math.Min(random.Next(1, 200), message.Length - at);
                hash.Append(message.AsSpan(at, piece));
                at += piece;
            }

            hash.GetHashAndReset(digest); // and the next round starts from its reset
            Assert.Equal(Keccak256.HashData(message), digest);
        }
    }

    [Fact]
    public void HashData_IntoItsOwnMessage_GivesTheSameDigest()
    {
        var buffer = new byte[64];
        new Random(4).NextBytes(buffer);
        var expected = Keccak256.HashData(buffer);
        Keccak256.HashData(buffer, buffer);
        Assert.Equal(expected, buffer[..32]);
    }

    [Fact]
    public void HashData_ShortBuffer_Throws() => Assert.Throws<ArgumentException>("destination", () => Keccak256.HashData([], new byte[31]));

    [Fact]
    public void GetHashAndReset_ShortBuffer_KeepsTheMessage()
    {
        var hash = default(Keccak256);
        hash.Append([1, 2, 3]);
        Assert.Throws<ArgumentException>("destination", () => hash.GetHashAndReset(new byte[31]));
        var digest = new byte[32];
        hash.GetHashAndReset(digest);
        Assert.Equal(Keccak256.HashData([1, 2, 3]), digest);
    }

    [Fact]
    public void HashData_IntoABuffer_AllocatesNothing()
    {
        var message = new byte[300];
        var digest = new byte[32];
        Keccak256.HashData(message, digest);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Keccak256.HashData(message, digest);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
