namespace DePin.Sdk.Payments;

/// <summary>How much a consumer allows itself to spend. Null is no limit. All limits are in the asset that is paid with; a limit in another asset forbids the payment. Counted since the <see cref="PaymentSession"/> was made.</summary>
public sealed record SpendPolicy
{
    /// <summary>The most for one request, failovers and hedges included.</summary>
    public Amount? PerRequest { get; init; }

    /// <summary>The most in any 60 minutes.</summary>
    public Amount? PerHour { get; init; }

    /// <summary>The most for one provider.</summary>
    public Amount? PerProvider { get; init; }

    /// <summary>The most in all.</summary>
    public Amount? Total { get; init; }
}
