using System.Globalization;
using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;

namespace DePin.Sdk.Chains.Tests.Evm.Statements;

/// <summary>
/// Receipts and offers as the SDK signs them are those of contracts/evm/test/vectors, on which the forge tests prove the reader on the chain.
/// Neither side can change its encoding alone.
/// </summary>
public sealed class StatementVectorTests
{
    private static readonly Asset Dollar = Asset.Parse("eip155:31337/erc20:0x5fbdb2315678afecb367f032d93f642f64180aa3");
    private static readonly DateTimeOffset Issued = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    [Fact]
    public async Task Statements_SignedAgain_AreThoseOfTheContractTests()
    {
        var made = await MakeAsync();
        var path = Path.Combine(AppContext.BaseDirectory, "TestData", "statements.json");
        if (await File.ReadAllTextAsync(path) is var committed && committed.ReplaceLineEndings("\n") != made)
        {
            var proposal = Path.Combine(AppContext.BaseDirectory, "statements.json");
            await File.WriteAllTextAsync(proposal, made);
            Assert.Fail($"The SDK signs other bytes than contracts/evm/test/vectors/statements.json holds. What it signs now is in {proposal}; a change needs another domain tag and another arbiter.");
        }
    }

    private static async Task<string> MakeAsync()
    {
        using var signer = Secp256k1Signer.FromPrivateKey(Keccak256.HashData("a provider's key"u8));
        var offer = Offer(signer.PublicKey);
        var small = offer with
        {
            Model = "größe-東京",
            ModelHash = default,
            Region = string.Empty,
            Capabilities = [],
            Price = new TokenPrice(new Amount(UInt128.MaxValue, Dollar), new Amount(0, Dollar)),
            ExpiresAt = Issued.AddDays(31),
        };
        var receipt = Receipt(offer);
        var free = Receipt(small) with { Channel = default, ModelHash = default, Usage = new JobUsage(0, 0), Amount = Amount.Zero(Dollar), Outcome = JobOutcome.Drained };
        using var stream = new MemoryStream();
        await using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("signer", EvmAddress.FromPublicKey(signer.Point).ToString());
            json.WriteStartObject("offers");
            await WriteAsync(json, "usual", signer, offer);
            await WriteAsync(json, "smallest", signer, small);
            json.WriteEndObject();
            json.WriteStartObject("receipts");
            await WriteAsync(json, "honest", signer, receipt, offer);
            await WriteAsync(json, "second", signer, receipt with { CompletedAt = receipt.CompletedAt.AddMilliseconds(1) }, offer);
            await WriteAsync(json, "otherRun", signer, receipt with { RunNonce = new byte[16] }, offer);
            await WriteAsync(json, "overcharged", signer, receipt with { Amount = receipt.Amount + new Amount(1, Dollar) }, offer);
            await WriteAsync(json, "otherAsset", signer, receipt with { Amount = new Amount(1, Asset.Parse("eip155:31337/slip44:60")) }, offer);
            await WriteAsync(json, "negative", signer, receipt with { Usage = new JobUsage(-1, long.MinValue), Amount = new Amount(1, Dollar) }, offer);
            await WriteAsync(json, "free", signer, free, small);
            await WriteAsync(json, "whole", signer, Priced(offer, new JobUsage(1_000_000, 0)), offer);
            await WriteAsync(json, "least", signer, Priced(offer, new JobUsage(0, 1)), offer);
            await WriteAsync(json, "huge", signer, Priced(small, new JobUsage(1, long.MaxValue)), small);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static Offer Offer(PublicKey provider) => new()
    {
        Provider = provider,
        Payee = AccountId.Parse("eip155:31337:0x70997970c51812dc3a010c7d01b50e0d17dc79c8"),
        Endpoint = new Uri("https://provider.example:5001/"),
        Kind = JobKinds.Chat,
        Model = "npc-dialogue",
        ModelHash = Bytes(0x11, 32),
        Price = new TokenPrice(new Amount(150_000, Dollar), new Amount(600_001, Dollar)),
        CreditWindow = new Amount(1_000, Dollar),
        Region = "eu-west",
        Capabilities = ["json", "tools"],
        MaxConcurrentJobs = 4,
        ContextTokens = 4096,
        IssuedAt = Issued,
        ExpiresAt = Issued.AddHours(1),
    };

    private static JobReceipt Receipt(Offer offer) => Priced(offer, new JobUsage(1, 1)) with { Outcome = JobOutcome.CostLimit };

    private static JobReceipt Priced(Offer offer, JobUsage usage) => new()
    {
        JobId = new JobId(new Guid(Bytes(0x22, 16), bigEndian: true)),
        RunNonce = Bytes(0x33, 16),
        JobHash = Bytes(0x44, 32),
        OfferId = offer.Id.Bytes,
        Provider = offer.Provider,
        Model = offer.Model,
        ModelHash = offer.ModelHash,
        OutputHash = Bytes(0x55, 32),
        Usage = usage,
        Amount = offer.Price.CostOf(usage),
        Channel = Bytes(0x66, 32),
        CompletedAt = Issued.AddMinutes(1),
    };

    private static byte[] Bytes(byte value, int count) => [.. Enumerable.Repeat(value, count)];

    private static async Task WriteAsync(Utf8JsonWriter json, string name, ISigner signer, Offer offer)
    {
        json.WriteStartObject(name);
        var signed = await offer.SignAsync(signer);
        WriteSigned(json, offer.GetSigningBytes(), signed.Signature);
        json.WriteString("id", Hex.Encode(offer.Id.Bytes.Span));
        json.WriteString("asset", offer.Price.Asset.ToString());
        json.WriteString("perMillionInputTokens", Text(offer.Price.PerMillionInputTokens));
        json.WriteString("perMillionOutputTokens", Text(offer.Price.PerMillionOutputTokens));
        json.WriteEndObject();
    }

    private static async Task WriteAsync(Utf8JsonWriter json, string name, ISigner signer, JobReceipt receipt, Offer offer)
    {
        json.WriteStartObject(name);
        var bytes = receipt.GetSigningBytes();
        WriteSigned(json, bytes, await signer.SignAsync(bytes));
        json.WriteString("jobId", Hex.Encode(receipt.JobId.ToBytes()));
        json.WriteString("runNonce", Hex.Encode(receipt.RunNonce.Span));
        json.WriteString("offerId", Hex.Encode(receipt.OfferId.Span));
        json.WriteString("inputTokens", Math.Max(0, receipt.Usage.InputTokens).ToString(CultureInfo.InvariantCulture));
        json.WriteString("outputTokens", Math.Max(0, receipt.Usage.OutputTokens).ToString(CultureInfo.InvariantCulture));
        json.WriteString("amount", Text(receipt.Amount));
        json.WriteString("asset", receipt.Amount.Asset.ToString());
        json.WriteString("channelId", receipt.Channel.IsEmpty ? Hex.Encode(new byte[32]) : Hex.Encode(receipt.Channel.Span));

        // What the price allows for the usage: nothing for less than none of it, or in another asset.
        bool priced = receipt.Usage is { InputTokens: >= 0, OutputTokens: >= 0 } && receipt.Amount.Asset == offer.Price.Asset;
        json.WriteString("allowed", priced ? Text(offer.Price.CostOf(receipt.Usage)) : "0");
        json.WriteEndObject();
    }

    private static void WriteSigned(Utf8JsonWriter json, byte[] bytes, Signature signature)
    {
        json.WriteString("bytes", Hex.Encode(bytes));
        json.WriteString("signature", Hex.Encode(signature.Bytes.Span));
    }

    private static string Text(Amount amount) => amount.BaseUnits.ToString(CultureInfo.InvariantCulture);
}
