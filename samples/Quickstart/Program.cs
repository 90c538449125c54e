using System.Security.Cryptography;
using DePin.Sdk;
using DePin.Sdk.Consumers;
using Microsoft.Extensions.AI;
using Quickstart;

// The same program is the consumers and, in processes of their own, the providers.
if (args is ["provider", ..])
{
    return await ProviderProgram.RunAsync(args[1..]);
}

var folder = Directory.CreateTempSubdirectory("depin-quickstart-").FullName;
try
{
    await using var money = await Money.OpenAsync(args, folder);
    await RunAsync(money, folder);
    return 0;
}
catch (Exception problem) when (problem is ArgumentException or DePinException or IOException or FormatException or CryptographicException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static async Task RunAsync(Money money, string folder)
{
    Console.WriteLine("Starting three providers of npc-dialogue, each a process with a port, a key and a price of its own:");
    Provider[] providers = await Task.WhenAll(
        Provider.StartAsync("Ada", folder, money, dollarsPerMillionTokens: 20),
        Provider.StartAsync("Borin", folder, money, dollarsPerMillionTokens: 25),
        Provider.StartAsync("Cleo", folder, money, dollarsPerMillionTokens: 40));
    foreach (var provider in providers)
    {
        Console.WriteLine($"  {provider.Name,-6} {provider.Endpoint}  ${provider.DollarsPerMillionTokens} per million output tokens");
    }

    using var vouchers = new VoucherCounter();
    await using var player = await Player.JoinAsync("Player 1", folder, money, providers);
    const string question = "What do you know about the old mine?";
    Console.WriteLine($"\nPlayer 1: {question}\nMira:");
    var updates = new List<ChatResponseUpdate>();
    Provider? killed = null;
    await foreach (var update in player.AskAsync(question))
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

    Console.WriteLine("\n\nSix more players ask at the same time, each with an account of its own:");
    string[] questions = ["Greet the traveller.", "Where is the tavern?", "Do you have work for me?", "Any rumours?", "Tell me about computers.", "Is the road safe?"];
    var others = await Task.WhenAll(questions.Select((_, i) => Player.JoinAsync($"Player {i + 2}", folder, money, providers)));
    await Task.WhenAll(others.Zip(questions, (other, asked) => other.AskAndPrintAsync(asked, providers)));

    Console.WriteLine($"\n{killed!.Name} is started again: it finds its vouchers in its journal. Now every channel is settled and closed.");
    await killed.RestartAsync();
    await money.WaitForClaimsAsync();
    var settled = player.Network.SettleAsync();
    await Task.WhenAll(others.Select(other => other.Network.SettleAsync()));

    Report.Print(money, providers, updates[^1].AdditionalProperties!, await settled, vouchers.Signed);
    await money.ReportAsync();
    await Task.WhenAll(providers.Select(p => p.StopAsync()));
    foreach (var other in others)
    {
        await other.DisposeAsync();
    }
}
