using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Settlement;
using Google.Protobuf;

namespace DePin.Sdk.Wire;

/// <summary>Between protobuf messages and the SDK's own types. Reading checks every length and throws <see cref="DePinErrorCode.InvalidFrame"/>.</summary>
internal static class WireConvert
{
    private static readonly System.Buffers.SearchValues<char> AlgorithmChars = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public static U128 ToWire(UInt128 value) => new() { High = (ulong)(value >> 64), Low = (ulong)value };

    public static UInt128 FromWire(U128? value) => value is null ? UInt128.Zero : new UInt128(value.High, value.Low);

    public static Money ToWire(Amount amount) => new() { BaseUnits = ToWire(amount.BaseUnits), Asset = amount.Asset.ToString() };

    public static Amount FromWire(Money? money, string field) => new(FromWire(money?.BaseUnits), ReadAsset(money?.Asset, field));

    public static PublicKeyMessage ToWire(PublicKey key) => new() { Algorithm = key.Algorithm.Name ?? string.Empty, Key = ByteString.CopyFrom(key.Bytes.Span) };

    public static PublicKey FromWire(PublicKeyMessage? key, string field)
    {
        if (key is null || key.Key.Length is 0 or > PublicKey.MaxLength)
        {
            throw Invalid(field, $"holds a key of {key?.Key.Length ?? 0} bytes; 1 to {PublicKey.MaxLength} are allowed");
        }

        return new PublicKey(ReadAlgorithm(key.Algorithm, field), key.Key.Span);
    }

    public static SignatureMessage ToWire(Signature signature) => new() { Algorithm = signature.Algorithm.Name ?? string.Empty, Signature = ByteString.CopyFrom(signature.Bytes.Span) };

    public static Signature FromWire(SignatureMessage? signature, string field)
    {
        if (signature is null || signature.Signature.Length is 0 or > Signature.MaxLength)
        {
            throw Invalid(field, $"holds a signature of {signature?.Signature.Length ?? 0} bytes; 1 to {Signature.MaxLength} are allowed");
        }

        return new Signature(ReadAlgorithm(signature.Algorithm, field), signature.Signature.ToByteArray());
    }

    public static VoucherMessage ToWire(SignedVoucher voucher) => new()
    {
        ChannelId = ByteString.CopyFrom(voucher.Voucher.Channel.Bytes.Span),
        Cumulative = ToWire(voucher.Voucher.Cumulative.BaseUnits),
        ExpiresUnixMs = voucher.Voucher.ExpiresAt?.ToUnixTimeMilliseconds() ?? 0,
        Signature = ToWire(voucher.Signature),
    };

    /// <summary>Reads a voucher; its asset is the channel's, which does not travel.</summary>
    public static SignedVoucher FromWire(VoucherMessage voucher, Asset asset) => new(
        new Voucher(
            ReadChannelId(voucher.ChannelId, "voucher.channel_id"),
            new Amount(FromWire(voucher.Cumulative), asset),
            voucher.ExpiresUnixMs == 0 ? null : ReadInstant(voucher.ExpiresUnixMs, "voucher.expires_unix_ms")),
        FromWire(voucher.Signature, "voucher.signature"));

    public static ReceiptMessage ToWire(JobReceipt receipt) => new()
    {
        JobId = ByteString.CopyFrom(receipt.JobId.ToBytes()),
        RunNonce = ByteString.CopyFrom(receipt.RunNonce.Span),
        JobHash = ByteString.CopyFrom(receipt.JobHash.Span),
        OfferId = ByteString.CopyFrom(receipt.OfferId.Span),
        Provider = ToWire(receipt.Provider),
        Model = receipt.Model,
        ModelHash = ByteString.CopyFrom(receipt.ModelHash.Span),
        OutputHash = ByteString.CopyFrom(receipt.OutputHash.Span),
        InputTokens = receipt.Usage.InputTokens,
        OutputTokens = receipt.Usage.OutputTokens,
        Amount = ToWire(receipt.Amount),
        ChannelId = ByteString.CopyFrom(receipt.Channel.Span),
        Outcome = (uint)receipt.Outcome,
        CompletedUnixMs = receipt.CompletedAt.ToUnixTimeMilliseconds(),
        Signature = ToWire(receipt.Signature),
    };

    public static JobReceipt FromWire(ReceiptMessage receipt) => new()
    {
        JobId = ReadJobId(receipt.JobId, "receipt.job_id"),
        RunNonce = ReadBytes(receipt.RunNonce, JobReceipt.RunNonceLength, "receipt.run_nonce"),
        JobHash = ReadBytes(receipt.JobHash, 32, "receipt.job_hash"),
        OfferId = ReadBytes(receipt.OfferId, 32, "receipt.offer_id"),
        Provider = FromWire(receipt.Provider, "receipt.provider"),
        Model = ReadText(receipt.Model, 256, "receipt.model"),
        ModelHash = ReadOptionalBytes(receipt.ModelHash, 32, "receipt.model_hash"),
        OutputHash = ReadBytes(receipt.OutputHash, 32, "receipt.output_hash"),
        Usage = new JobUsage(ReadCount(receipt.InputTokens, "receipt.input_tokens"), ReadCount(receipt.OutputTokens, "receipt.output_tokens")),
        Amount = FromWire(receipt.Amount, "receipt.amount"),
        Channel = ReadOptionalBytes(receipt.ChannelId, 32, "receipt.channel_id"),
        Outcome = ReadOutcome(receipt.Outcome, "receipt.outcome"),
        CompletedAt = ReadInstant(receipt.CompletedUnixMs, "receipt.completed_unix_ms"),
        Signature = FromWire(receipt.Signature, "receipt.signature"),
    };

    public static JobId ReadJobId(ByteString bytes, string field) => new(new Guid(ReadBytes(bytes, 16, field), bigEndian: true));

    public static ChannelId ReadChannelId(ByteString bytes, string field) => new(ReadBytes(bytes, ChannelId.Length, field));

    public static byte[] ReadBytes(ByteString bytes, int length, string field) => bytes.Length == length
        ? bytes.ToByteArray()
        : throw Invalid(field, $"has {bytes.Length} bytes; {length} are needed");

    public static byte[] ReadOptionalBytes(ByteString bytes, int length, string field) => bytes.IsEmpty ? [] : ReadBytes(bytes, length, field);

    public static string ReadText(string text, int maxLength, string field) => text.Length <= maxLength
        ? text
        : throw Invalid(field, $"has {text.Length} characters; at most {maxLength} are allowed");

    public static Asset ReadAsset(string? text, string field) => Asset.TryParse(text, out var asset)
        ? asset
        : throw Invalid(field, $"'{CaipText.Shorten(text)}' is not a CAIP-19 asset");

    public static AccountId ReadAccount(string? text, string field) => AccountId.TryParse(text, out var account)
        ? account
        : throw Invalid(field, $"'{CaipText.Shorten(text)}' is not a CAIP-10 account");

    public static DateTimeOffset ReadInstant(long unixMilliseconds, string field) => unixMilliseconds is >= 0 and < 253_402_300_800_000
        ? DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds)
        : throw Invalid(field, $"{unixMilliseconds} is not a time between 1970 and 9999");

    public static DePinException Invalid(string field, string problem) =>
        new(DePinErrorCode.InvalidFrame, Fault.Network, $"Field {field} {problem}.");

    private static long ReadCount(long count, string field) => count >= 0 ? count : throw Invalid(field, $"is {count}; a count is not negative");

    private static JobOutcome ReadOutcome(uint value, string field) => value <= int.MaxValue && Enum.IsDefined((JobOutcome)(int)value)
        ? (JobOutcome)(int)value
        : throw Invalid(field, $"is {value}, which names no outcome");

    // The name goes into logs and errors, so it is held to its alphabet.
    private static SignatureAlgorithm ReadAlgorithm(string name, string field) => name.Length is > 0 and <= 32 && !name.AsSpan().ContainsAnyExcept(AlgorithmChars)
        ? new SignatureAlgorithm(name)
        : throw Invalid(field, $"names an algorithm with {name.Length} characters; 1 to 32 lower-case letters, digits and '-' are allowed");
}
