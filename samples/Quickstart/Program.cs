using DePin.Sdk.Consumers;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.AI;
using Quickstart;

// The same program is the consumer and, in processes of their own, the providers.
if (args is ["provider", ..])
{
    return await ProviderProgram.RunAsync(args[1..]);
}

// The sample model answers faster than anybody can watch; the providers slow it down to reading speed.
var pace = TimeSpan.FromMilliseconds(40);
var folder = Directory.CreateTempSubdirectory("depin-quickstart-").FullName;
await using var ledger = LedgerSettlement.Open(Path.Combine(folder, "ledger.db"));
using var player = P256Signer.Create();
await ledger.DepositAsync(ledger.GetAccount(player.PublicKey), LedgerSettlement.Usd(1));

Console.WriteLine("Starting three providers of npc-dialogue, each a process with a port, a key and a price of its own:");
Provider[] providers = await Task.WhenAll(
    Provider.StartAsync("Ada", folder, dollarsPerMillionTokens: 20, pace),
    Provider.StartAsync("Borin", folder, dollarsPerMillionTokens: 25, pace),
    Provider.StartAsync("Cleo", folder, dollarsPerMillionTokens: 40, pace));
foreach (var provider in providers)
{
    Console.WriteLine($"  {provider.Name,-6} {provider.Endpoint}  ${provider.DollarsPerMillionTokens} per million output tokens");
}

await using var directory = new EndpointDirectory(providers.Select(p => p.Endpoint), connector: null);
await using var network = await DePinClient.ConnectAsync(new DePinClientOptions
{
    Directory = directory,
    Settlement = ledger,
    Signer = player,
    DataDirectory = Path.Combine(folder, "player"),
});

// No hedging: a second provider that is asked because the first is slow to begin would blur the picture.
using IChatClient chat = network.AsIChatClient("npc-dialogue", new() { MaxCostPerRequest = LedgerSettlement.Usd(0.02m), HedgeBudget = 0 });

ChatMessage[] conversation =
[
    new(ChatRole.System, "You are Mira, the blacksmith of Oakvale. You are gruff but kind."),
    new(ChatRole.User, "What do you know about the old mine?"),
];
Console.WriteLine($"\nPlayer: {conversation[^1].Text}\nMira: ");
var updates = new List<ChatResponseUpdate>();
Provider? killed = null;
await foreach (var update in chat.GetStreamingResponseAsync(conversation, new() { Temperature = 0.3f, Seed = 7, MaxOutputTokens = 120 }))
{
    Console.Write(update.Text);
    updates.Add(update);
    if (killed is null && updates.Count(u => u.Text.Length > 0) == 12)
    {
        killed = providers.Single(p => p.IsServing);
        killed.Kill();
        Console.Write($" [{killed.Name} killed] ");
    }
}

Console.WriteLine($"\n\n{killed!.Name} is started again: it finds its vouchers in its journal. Now every channel is settled and closed.");
await killed.RestartAsync();
var settled = await network.SettleAsync();

Report.Print(providers, updates[^1].AdditionalProperties!, settled, await ledger.GetTotalsAsync(LedgerSettlement.Credit));
await Task.WhenAll(providers.Select(p => p.StopAsync()));
Directory.Delete(folder, recursive: true);
return 0;
