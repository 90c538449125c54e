using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Consumers.Internal;
using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Transport;

namespace DePin.Sdk.Chains.Evm.Registry.Internal;

/// <summary>What one registered provider offers: its document, and the offers that it gave when it was asked last.</summary>
internal sealed class ProviderOffers
{
    /// <summary>How many offers one provider may list.</summary>
    private const int MaxOffers = 1_000;

    private (Hash32 Hash, string Uri, EvmProviderDocument Document)? _known;
    private int _failures;
    private DateTimeOffset _notBefore;

    /// <summary>The offers that count; none after a failure.</summary>
    public IReadOnlyList<Offer> Offers { get; private set; } = [];

    /// <summary>Why there are none; null when all is well.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Asks the provider, unless it failed so lately that it is left alone.</summary>
    public async Task RefreshAsync(EvmRegisteredProvider provider, ulong chainId, DocumentFetcher documents, IProviderConnector connector, EvmProviderDirectoryOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        bool isChanged = _known is { } known && (known.Hash, known.Uri) != (provider.DocumentHash, provider.DocumentUri);
        if (time.GetUtcNow() < _notBefore && !isChanged)
        {
            return;
        }

        try
        {
            if (_known is null || isChanged)
            {
                _known = null;
                _known = (provider.DocumentHash, provider.DocumentUri, await documents.FetchAsync(provider.DocumentUri, provider.DocumentHash, cancellationToken).ConfigureAwait(false));
            }

            var offers = await AskAsync(_known.Value.Document, connector, options.Patience, time, cancellationToken).ConfigureAwait(false);
            Offers = [.. offers.Take(MaxOffers).Where(offer => IsOf(offer, provider, chainId, time.GetUtcNow()))];
            (Failure, _failures, _notBefore) = (null, 0, default);
        }
        catch (Exception failure) when (failure is DePinException or TimeoutException)
        {
            Offers = [];
            Failure = failure;
            var pause = options.RefreshInterval * Math.Pow(2, Math.Min(_failures++, 20));
            _notBefore = time.GetUtcNow() + (pause < options.MaxBackoff ? pause : options.MaxBackoff);
        }
    }

    /// <summary>An offer counts when a registered key signs it, and, where it is paid on the registry's chain, to the registered account: who steals a receipt key cannot redirect the money. A key in the form of its address is none here: what it signs could not be shown to the arbiter.</summary>
    private static bool IsOf(Offer offer, EvmRegisteredProvider provider, ulong chainId, DateTimeOffset now) =>
        offer.Provider.Algorithm == SignatureAlgorithm.Secp256k1
        && Secp256k1PublicKey.TryParse(offer.Provider.Bytes.Span, out var key)
        && provider.IsKey(EvmAddress.FromPublicKey(key), now)
        && (offer.Payee.Chain != EvmCaip.ToChainId(chainId) || (EvmCaip.TryGetAddress(offer.Payee, chainId, out var payee) && payee == provider.Payee));

    private static async Task<IReadOnlyList<Offer>> AskAsync(EvmProviderDocument document, IProviderConnector connector, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                return await EndpointOffers.AskAsync(connector, document.Endpoints[i], patience, time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is DePinException or TimeoutException && i + 1 < document.Endpoints.Count)
            {
                // The next endpoint may answer.
            }
        }
    }
}
