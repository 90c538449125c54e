using DePin.Sdk.Identity;

namespace DePin.Sdk.Market;

/// <summary>Where a provider lists its offers. A listing lapses unless heartbeats renew it.</summary>
public interface IOfferPublisher
{
    /// <summary>Lists a signed offer, or renews it. Returns when the listing lapses.</summary>
    /// <exception cref="DePinException">The offer is refused.</exception>
    Task<DateTimeOffset> PublishAsync(Offer offer, CancellationToken cancellationToken = default);

    /// <summary>Renews listings. Returns those that are not listed any more: publish them again.</summary>
    Task<IReadOnlyList<OfferId>> HeartbeatAsync(IReadOnlyList<OfferId> offers, ISigner provider, CancellationToken cancellationToken = default);

    /// <summary>Takes a listing down.</summary>
    Task WithdrawAsync(OfferId offer, ISigner provider, CancellationToken cancellationToken = default);
}
