using System.Text;

namespace DePin.Sdk.Market;

/// <summary>What every offer must satisfy, whoever made it. The limits are those of the wire.</summary>
internal static class OfferRules
{
    public const int MaxKindLength = 64;
    public const int MaxModelLength = 256;
    public const int MaxRegionLength = 64;
    public const int MaxCapabilities = 64;
    public const int MaxCapabilityLength = 64;
    public const int MaxEndpointLength = 2048;
    public const int MaxPayeeLength = 256;
    public const int MaxAssetLength = 256;
    public const int ModelHashLength = 32;
    public const int MaxConcurrentJobs = 1_000_000;

    /// <summary>The schemes that an endpoint may have.</summary>
    private static readonly string[] Schemes = ["http", "https", "inproc"];

    /// <summary>Throws <see cref="DePinErrorCode.InvalidOffer"/> for the first rule that the offer breaks. Time and signature are <see cref="OfferVerifier"/>'s matter.</summary>
    public static void Check(Offer offer)
    {
        Require(offer.Provider.Bytes.Length > 0, "provider", "is missing");
        Require(offer.Payee != default, "payee", "is missing");
        CheckEndpoint(offer.Endpoint);
        CheckText(offer.Kind, 1, MaxKindLength, "kind");
        CheckText(offer.Model, 1, MaxModelLength, "model");
        CheckText(offer.Region, 0, MaxRegionLength, "region");
        Require(offer.ModelHash.Length is 0 or ModelHashLength, "model_hash", $"has {offer.ModelHash.Length} bytes; a SHA-256 hash has {ModelHashLength}");
        CheckCapabilities(offer.Capabilities);
        var asset = offer.Price.PerMillionOutputTokens.Asset;
        Require(asset != default, "asset", "is missing");
        Require(offer.Price.PerMillionInputTokens.Asset == asset && offer.CreditWindow.Asset == asset, "asset", "differs between the prices and the credit window; use one");
        Require(offer.MaxConcurrentJobs is >= 1 and <= MaxConcurrentJobs, "max_concurrent_jobs", $"is {offer.MaxConcurrentJobs}; 1 to {MaxConcurrentJobs} are allowed");
        Require(offer.ContextTokens >= 0, "context_tokens", "is negative");
        Require(offer.ExpiresAt > offer.IssuedAt, "expires", $"is {offer.ExpiresAt:O}, not after the issue at {offer.IssuedAt:O}");
    }

    public static DePinException Invalid(string field, string problem) =>
        new(DePinErrorCode.InvalidOffer, Fault.Provider, $"The offer's {field} {problem}.");

    private static void CheckEndpoint(Uri endpoint)
    {
        Require(endpoint is { IsAbsoluteUri: true }, "endpoint", "is not an absolute URI");
        Require(Schemes.Contains(endpoint.Scheme), "endpoint", $"has the scheme '{CaipText.Shorten(endpoint.Scheme)}'; use http, https or inproc");
        Require(endpoint.Host.Length > 0, "endpoint", "names no host");
        Require(endpoint.UserInfo.Length == 0 && endpoint.Fragment.Length == 0, "endpoint", "carries a user name or a fragment");
        Require(endpoint.AbsoluteUri.Length <= MaxEndpointLength, "endpoint", $"has {endpoint.AbsoluteUri.Length} characters; at most {MaxEndpointLength} are allowed");
    }

    private static void CheckCapabilities(IReadOnlyList<string> capabilities)
    {
        Require(capabilities.Count <= MaxCapabilities, "capabilities", $"are {capabilities.Count}; at most {MaxCapabilities} are allowed");
        for (int i = 0; i < capabilities.Count; i++)
        {
            CheckText(capabilities[i], 1, MaxCapabilityLength, "capability");
            Require(i == 0 || string.CompareOrdinal(capabilities[i - 1], capabilities[i]) < 0, "capabilities", "are not sorted without repeats");
        }
    }

    /// <summary>Names are compared and signed as UTF-8: an unpaired surrogate would read differently on both sides, a control character misleads people.</summary>
    private static void CheckText(string text, int minLength, int maxLength, string field)
    {
        Require(text is not null && text.Length >= minLength && text.Length <= maxLength, field, $"has {text?.Length ?? 0} characters; {minLength} to {maxLength} are allowed");
        for (int i = 0; i < text!.Length;)
        {
            var status = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out int consumed);
            Require(status == System.Buffers.OperationStatus.Done && !Rune.IsControl(rune), field, $"has a character at {i} that is not allowed in a name");
            i += consumed;
        }
    }

    private static void Require(bool condition, string field, string problem)
    {
        if (!condition)
        {
            throw Invalid(field, problem);
        }
    }
}
