using DePin.Sdk.Hosting;
using DePin.Sdk.Identity;
using DePin.Sdk.Payments;
using DePin.Sdk.ProviderProcess;
using DePin.Sdk.Settlement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

var arguments = ProviderProcessArguments.Parse(args);
await using IVoucherJournal file = SqliteVoucherJournal.Open(Path.Combine(arguments.DataDirectory, "vouchers.db"));

using var spans = arguments.Announce ? SpanAnnouncer.Listen(Console.Out) : null;
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{arguments.Port}");
builder.Services.AddDePinProvider(options =>
    {
        options.Signer = P256Signer.LoadOrCreate(Path.Combine(arguments.DataDirectory, "key.pem"));
        options.Settlement = LedgerSettlement.Open(arguments.LedgerPath);
        options.Journal = arguments.Announce ? new AnnouncingJournal(file, Console.Out) : file;
    })
    .AddInference("counting", _ => new CountingChatClient(arguments.Tokens, arguments.Pace), options =>
    {
        options.PricePerMillionInputTokens = LedgerSettlement.Usd(1);
        options.PricePerMillionOutputTokens = LedgerSettlement.Usd(2);
        options.MaxConcurrentJobs = 256;
    });

var app = builder.Build();
app.MapDePinProvider();
await app.StartAsync();
Console.WriteLine($"READY {app.Urls.First()}");

// The parent speaks over standard input; its end means: shut down in order.
while (await Console.In.ReadLineAsync() is { } line)
{
    if (line == "allocated")
    {
        Console.WriteLine($"ALLOCATED {GC.GetTotalAllocatedBytes(precise: true)}");
    }
}

await app.StopAsync();
