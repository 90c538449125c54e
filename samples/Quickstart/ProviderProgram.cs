using System.Globalization;
using DePin.Sdk.Compute;
using DePin.Sdk.Hosting;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Quickstart;

/// <summary>What runs in a provider's process: an ordinary web application that sells a local model.</summary>
internal static class ProviderProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        var (port, data, ledgerPath) = (args[0], args[1], args[2]);
        var dollarsPerMillionTokens = decimal.Parse(args[3], CultureInfo.InvariantCulture);
        var pace = TimeSpan.FromMilliseconds(double.Parse(args[4], CultureInfo.InvariantCulture));

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddSingleton<IChatClient>(_ => new PacedChatClient(LocalChatClient.Load(Path.Combine(AppContext.BaseDirectory, "npc-dialogue.gguf")), pace));
        builder.Services.AddDePinProvider(o =>
            {
                o.Signer = P256Signer.LoadOrCreate(Path.Combine(data, "key.pem"));
                o.Settlement = LedgerSettlement.Open(ledgerPath);
                o.DataDirectory = data;

                // Little credit, so that even a short answer is paid for while it comes.
                (o.CreditInputTokens, o.CreditOutputTokens) = (64, 16);
            })
            .AddInference("npc-dialogue", services => services.GetRequiredService<IChatClient>(), o =>
            {
                o.PricePerMillionInputTokens = LedgerSettlement.Usd(dollarsPerMillionTokens / 4);
                o.PricePerMillionOutputTokens = LedgerSettlement.Usd(dollarsPerMillionTokens);
            });

        var app = builder.Build();
        app.MapDePinProvider();
        await app.StartAsync();
        Console.WriteLine($"READY {app.Urls.First()}");

        // The end of standard input means: shut down in order. So does the end of the parent.
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }
}
