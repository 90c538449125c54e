using DePin.Sdk;
using DePin.Sdk.Consumers;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.AI;

namespace GpuProvider;

/// <summary>Buys one answer over the network, to see that everything works: what any other program would do.</summary>
internal static class Customer
{
    public static async Task AskAsync(string endpoint, string model, LedgerSettlement ledger, string data, string question)
    {
        using var signer = P256Signer.Create();
        var account = ledger.GetAccount(signer.PublicKey);
        await ledger.DepositAsync(account, LedgerSettlement.Usd(1));
        await using var directory = new EndpointDirectory(endpoint);
        await using (var network = await DePinClient.ConnectAsync(new DePinClientOptions
        {
            Directory = directory, Settlement = ledger, Signer = signer, DataDirectory = Path.Combine(data, "customer"),
        }))
        {
            using var chat = network.AsIChatClient(model, new() { MaxCostPerRequest = LedgerSettlement.Usd(0.1m) });
            var answer = await chat.GetResponseAsync(question, new() { Temperature = 0.3f, Seed = 7, MaxOutputTokens = 60 });
            Console.WriteLine($"\n{question}\n{answer.Text}\n\n{answer.Usage?.InputTokenCount} tokens in, {answer.Usage?.OutputTokenCount} out.");
            await network.SettleAsync();
        }

        var left = await ledger.GetBalanceAsync(account, LedgerSettlement.Credit);
        Console.WriteLine($"Of $1 the customer has ${left.ToDecimalString(LedgerSettlement.CreditDecimals)} left; the provider has the rest.");
    }
}
