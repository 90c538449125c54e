using System.Net;

namespace DePin.Sdk.Chains.Evm.Registry.Internal;

/// <summary>Fetches documents and believes only bytes that hash to what the chain says.</summary>
internal sealed class DocumentFetcher(HttpClient http, TimeSpan patience, TimeProvider time)
{
    private const string DataScheme = "data:";

    public static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <exception cref="DePinException">It cannot be had, is too long, is another document than the registered one, or is none.</exception>
    public async Task<EvmProviderDocument> FetchAsync(string uri, Hash32 hash, CancellationToken cancellationToken)
    {
        var bytes = uri.StartsWith(DataScheme, StringComparison.OrdinalIgnoreCase) ? ReadData(uri) : await DownloadAsync(uri, cancellationToken).ConfigureAwait(false);
        return EvmProviderDocument.ComputeHash(bytes.Span) == hash
            ? EvmProviderDocument.Parse(bytes)
            : throw new DePinException(
                DePinErrorCode.InvalidFrame,
                Fault.Provider,
                $"The document at '{CaipText.Shorten(uri)}' is not the registered one: its SHA-256 hash is another. The provider registers the new hash, or serves the old bytes.");
    }

    // RFC 2397, with nothing but base64 or percent-encoding.
    private static ReadOnlyMemory<byte> ReadData(string uri)
    {
        int comma = uri.IndexOf(',', StringComparison.Ordinal);
        if (comma >= 0 && uri.Length <= 2 * EvmProviderDocument.MaxLength)
        {
            var data = Uri.UnescapeDataString(uri[(comma + 1)..]);
            if (!uri.AsSpan(0, comma).EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
            {
                return System.Text.Encoding.UTF8.GetBytes(data);
            }

            var bytes = new byte[data.Length];
            if (Convert.TryFromBase64String(data, bytes, out int length))
            {
                return bytes.AsMemory(0, length);
            }
        }

        throw new DePinException(DePinErrorCode.InvalidFrame, Fault.Provider, "The provider's document is in a data: URI that cannot be read.");
    }

    private async Task<ReadOnlyMemory<byte>> DownloadAsync(string text, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new DePinException(DePinErrorCode.Unsupported, Fault.Provider, $"'{CaipText.Shorten(text)}' is not an http:, https: or data: URI, by which the provider's document could be fetched.");
        }

        using var timeout = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw Unavailable(uri, $"the server answers with status {(int)response.StatusCode}", null);
            }

            var stream = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var buffer = new byte[EvmProviderDocument.MaxLength + 1];
                int length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, either.Token).ConfigureAwait(false);
                return length <= EvmProviderDocument.MaxLength
                    ? buffer.AsMemory(0, length)
                    : throw new DePinException(DePinErrorCode.MessageTooLarge, Fault.Provider, $"The document at '{CaipText.Shorten(uri.AbsoluteUri)}' has more than {EvmProviderDocument.MaxLength} bytes.");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unavailable(uri, $"it did not come within {patience}", null);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw Unavailable(uri, failure.Message, failure);
        }
    }

    private static DePinException Unavailable(Uri uri, string problem, Exception? cause) =>
        new(DePinErrorCode.Unavailable, Fault.Provider, $"The document at '{CaipText.Shorten(uri.AbsoluteUri)}' cannot be fetched: {problem}.", isTransient: true, cause);
}
