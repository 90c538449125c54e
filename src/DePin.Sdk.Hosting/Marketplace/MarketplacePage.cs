using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DePin.Sdk.Market;
using DePin.Sdk.Wire;

namespace DePin.Sdk.Hosting.Marketplace;

/// <summary>The listings for people, as a table, and for scripts, as JSON. Everything in them comes from strangers and is escaped.</summary>
internal static class MarketplacePage
{
    /// <summary>Nothing may load or run, whatever an offer says.</summary>
    public const string ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";

    private const string Head = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Marketplace</title><meta name="viewport" content="width=device-width">
        <style>
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
        table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
        td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } td.k { font-family: ui-monospace, monospace; word-break: break-all; font-size: 12px; }
        </style></head><body><h1>Marketplace</h1>
        """;

    public static string Html(IReadOnlyList<OfferMessage> offers, string? next, DateTimeOffset now)
    {
        var html = new StringBuilder(Head);
        html.Append("<p>").Append(offers.Count).Append(offers.Count == 1 ? " offer" : " offers").Append(", cheapest output first. Prices are base units for a million tokens. <a href=\"offers.json\">JSON</a></p>\n");
        html.Append("<table><thead><tr><th>Model<th>Kind<th class=n>Input<th class=n>Output<th>Asset<th>Region<th>Can<th>Endpoint<th>Provider<th>Expires in</tr></thead><tbody>\n");
        foreach (var offer in offers)
        {
            html.Append("<tr>");
            Cell(offer.Model);
            Cell(offer.Kind);
            Cell(Price(offer.PricePerMillionInputTokens), "n");
            Cell(Price(offer.PricePerMillionOutputTokens), "n");
            Cell(offer.Asset, "k");
            Cell(offer.Region);
            Cell(string.Join(", ", offer.Capabilities));
            Cell(offer.Endpoint, "k");
            Cell(Provider(offer), "k");
            Cell((DateTimeOffset.FromUnixTimeMilliseconds(offer.ExpiresUnixMs) - now).ToString(@"d\.hh\:mm\:ss", System.Globalization.CultureInfo.InvariantCulture));
            html.Append("</tr>\n");
        }

        html.Append("</tbody></table>\n");
        if (next is not null)
        {
            html.Append("<p><a href=\"?page=").Append(UrlEncoder.Default.Encode(next)).Append("\">More</a></p>\n");
        }

        return html.Append("</body></html>\n").ToString();

        void Cell(string text, string? style = null) =>
            html.Append(style is null ? "<td>" : $"<td class={style}>").Append(HtmlEncoder.Default.Encode(text)).Append("</td>");
    }

    public static byte[] Json(IReadOnlyList<OfferMessage> offers, string? next)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartArray("offers");
        foreach (var offer in offers)
        {
            json.WriteStartObject();
            json.WriteString("provider", Provider(offer));
            json.WriteString("payee", offer.Payee);
            json.WriteString("endpoint", offer.Endpoint);
            json.WriteString("kind", offer.Kind);
            json.WriteString("model", offer.Model);
            json.WriteString("region", offer.Region);
            json.WriteStartArray("capabilities");
            foreach (var capability in offer.Capabilities)
            {
                json.WriteStringValue(capability);
            }

            json.WriteEndArray();
            json.WriteString("asset", offer.Asset);

            // 128 bits do not fit a JSON number everywhere.
            json.WriteString("pricePerMillionInputTokens", Price(offer.PricePerMillionInputTokens));
            json.WriteString("pricePerMillionOutputTokens", Price(offer.PricePerMillionOutputTokens));
            json.WriteNumber("maxConcurrentJobs", offer.MaxConcurrentJobs);
            json.WriteNumber("contextTokens", offer.ContextTokens);
            json.WriteString("issuedAt", DateTimeOffset.FromUnixTimeMilliseconds(offer.IssuedUnixMs));
            json.WriteString("expiresAt", DateTimeOffset.FromUnixTimeMilliseconds(offer.ExpiresUnixMs));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("nextPageToken", next);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static string Price(U128? price) => WireConvert.FromWire(price).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Provider(OfferMessage offer) => $"{offer.Provider.Algorithm}:{Convert.ToHexStringLower(offer.Provider.Key.Span)}";
}
