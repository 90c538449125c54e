using DePin.Sdk.Identity;

namespace DePin.Sdk.Settlement;

/// <summary>Accounts of the embedded ledger: the key itself, written <c>algorithm.hex</c>, so that no registry of keys is needed.</summary>
internal static class LedgerAccount
{
    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdef");

    public static AccountId FromKey(PublicKey key)
    {
        var address = $"{key.Algorithm.Name}.{Convert.ToHexStringLower(key.Bytes.Span)}";
        if (key == default || !AccountId.TryParse($"{ChainId.Local}:{address}", out var account))
        {
            throw new DePinException(DePinErrorCode.Unsupported, Fault.Consumer, $"The ledger has no account for a key of {key.Bytes.Length} bytes and algorithm '{key.Algorithm}'; use the compressed form of the key.");
        }

        return account;
    }

    /// <summary>The key that controls an account; false for text that no key encodes to.</summary>
    public static bool TryGetKey(AccountId account, out PublicKey key)
    {
        key = default;
        var address = account.Address.AsSpan();
        int dot = address.LastIndexOf('.');
        if (account.Chain != ChainId.Local || dot is < 1 or > 32 || (address.Length - dot - 1) % 2 != 0)
        {
            return false;
        }

        var hex = address[(dot + 1)..];
        Span<byte> bytes = stackalloc byte[64];
        if (hex.IsEmpty || hex.ContainsAnyExcept(HexDigits) || Convert.FromHexString(hex, bytes, out _, out int written) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        key = new PublicKey(new SignatureAlgorithm(address[..dot].ToString()), bytes[..written]);
        return true;
    }
}
