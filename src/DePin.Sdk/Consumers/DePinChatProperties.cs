using DePin.Sdk.Jobs;

namespace DePin.Sdk.Consumers;

/// <summary>The keys under which answers say, in their <c>AdditionalProperties</c>, who delivered them and for how much.</summary>
public static class DePinChatProperties
{
    /// <summary>The verified receipts, an <see cref="IReadOnlyList{T}"/> of <see cref="JobReceipt"/>: one for each provider that gave one.</summary>
    public const string Receipts = "depin.receipts";

    /// <summary>What the request cost in all, an <see cref="Amount"/>; absent when it was paid in several assets, see <see cref="Costs"/>.</summary>
    public const string Cost = "depin.cost";

    /// <summary>What the request cost, an <see cref="IReadOnlyList{T}"/> of <see cref="Amount"/>: one for each asset that it was paid in, the first one first.</summary>
    public const string Costs = "depin.costs";

    /// <summary>What each provider delivered, an <see cref="IReadOnlyList{T}"/> of <see cref="ProviderDelivery"/>, in the order in which they were asked.</summary>
    public const string Attempts = "depin.attempts";
}
