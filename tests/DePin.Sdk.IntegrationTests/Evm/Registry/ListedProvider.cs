using DePin.Sdk.Market;
using DePin.Sdk.TestParts;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;

namespace DePin.Sdk.IntegrationTests.Evm.Registry;

/// <summary>A provider in this process that only says what it offers.</summary>
internal sealed class ListedProvider
{
    private readonly InProcessConnector _connector;
    private readonly DelegateProviderService _service;
    private IReadOnlyList<Offer> _offers;

    public ListedProvider(InProcessConnector connector, string name, params IReadOnlyList<Offer> offers)
    {
        _connector = connector;
        _offers = offers;
        _service = new DelegateProviderService((_, _, _) => throw new NotSupportedException())
        {
            ListOffers = _ =>
            {
                Asked++;
                var response = new ListOffersResponse();
                response.Offers.AddRange(_offers.Select(OfferWire.ToWire));
                return Task.FromResult(response);
            },
        };
        Endpoint = connector.Register(name, _service);
    }

    public Uri Endpoint { get; }

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    public void Offer(params IReadOnlyList<Offer> offers) => _offers = offers;

    public void Stop() => _connector.Unregister(Endpoint);

    public void Start() => _connector.Register(Endpoint, _service);
}
