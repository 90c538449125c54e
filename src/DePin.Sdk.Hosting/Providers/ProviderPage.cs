using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using DePin.Sdk.Identity;
using DePin.Sdk.Providers;

namespace DePin.Sdk.Hosting.Providers;

/// <summary>What a person sees who opens a provider's address in a browser.</summary>
internal static class ProviderPage
{
    public static string Write(PublicKey key, AccountId payee, ProviderStatus status)
    {
        var page = new StringBuilder(2048)
            .Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>DePin provider</title><style>")
            .Append("body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}")
            .Append("th,td{text-align:left;padding:.4rem .8rem;border-bottom:1px solid #ccc}td.n{text-align:right}code{overflow-wrap:anywhere}</style></head><body>")
            .Append("<h1>DePin provider</h1><p>")
            .Append(status.IsDraining ? "This provider shuts down and takes no new jobs." : "This provider sells the models below, by the token.")
            .Append("</p><table><thead><tr><th>Model</th><th>Kind</th><th>Per million input tokens</th><th>Per million output tokens</th><th>Running</th><th>Waiting</th></tr></thead><tbody>");
        foreach (var model in status.Models)
        {
            page.Append("<tr><td>").Append(Escape(model.Model))
                .Append("</td><td>").Append(Escape(model.Kind))
                .Append("</td><td>").Append(Escape(model.Price.PerMillionInputTokens.ToString()))
                .Append("</td><td>").Append(Escape(model.Price.PerMillionOutputTokens.ToString()))
                .Append(CultureInfo.InvariantCulture, $"</td><td class=\"n\">{model.RunningJobs} of {model.MaxConcurrentJobs}</td><td class=\"n\">{model.QueuedJobs} of {model.MaxQueuedJobs}</td></tr>");
        }

        return page.Append("</tbody></table><p>Key <code>").Append(Escape(key.ToString()))
            .Append("</code><br>Paid at <code>").Append(Escape(payee.ToString()))
            .Append("</code></p><p>Prices are in base units of the asset named with them.</p></body></html>")
            .ToString();
    }

    private static string Escape(string text) => HtmlEncoder.Default.Encode(text);
}
