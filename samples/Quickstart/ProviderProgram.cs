using System.Globalization;
using DePin.Sdk.Compute;
using DePin.Sdk.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Quickstart;

/// <summary>What runs in a provider's process: an ordinary web application that sells a local model.</summary>
internal static class ProviderProgram
{
    // The sample model answers faster than anybody can watch: it is slowed down to reading speed.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);

    public static async Task<int> RunAsync(string[] args)
    {
        var (port, data, dollarsPerMillionTokens) = (args[0], args[1], decimal.Parse(args[2], CultureInfo.InvariantCulture));
        var account = await Money.OpenProviderAsync(args[3..], data);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddSingleton<IChatClient>(_ => new PacedChatClient(LocalChatClient.Load(Path.Combine(AppContext.BaseDirectory, "npc-dialogue.gguf")), Pace));
        builder.Services.AddDePinProvider(o =>
            {
                o.Signer = account.Signer;
                o.Settlement = account.Settlement;
                o.Verifiers = account.Verifiers;
                o.DataDirectory = data;

                // Credit for the prompt and no more, so that every token is paid for with a voucher of its own.
                (o.CreditInputTokens, o.CreditOutputTokens) = (80, 0);

                // Claims at every interval, whatever the network's fee: fractions of a cent are not worth one, but should be seen to move.
                (o.Payments.ClaimInterval, o.Payments.MaximumUnclaimed) = (TimeSpan.FromSeconds(10), account.Dollars(0));
            })
            .AddInference("npc-dialogue", services => services.GetRequiredService<IChatClient>(), o =>
            {
                o.PricePerMillionInputTokens = account.Dollars(dollarsPerMillionTokens / 4);
                o.PricePerMillionOutputTokens = account.Dollars(dollarsPerMillionTokens);
            });

        var app = builder.Build();
        app.MapDePinProvider();
        await app.StartAsync();
        Console.WriteLine($"READY {app.Urls.First()} {account.Settlement.GetAccount(account.Signer.PublicKey)}");

        // The end of standard input means: shut down in order. So does the end of the parent.
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }
}
