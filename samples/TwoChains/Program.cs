using DePin.Sdk;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Compute;
using DePin.Sdk.Consumers;
using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Testing;
using Microsoft.Extensions.AI;
using TwoChains;

// One NPC, one player, one conversation; two providers, each paid on a chain of its own. The player has an account on both.
ChainSide[] sides = await Task.WhenAll(EvmSide.StartAsync(), SolanaSide.StartAsync());
var (evm, solana) = (sides[0], sides[1]);
await using var evmEnd = evm;
await using var solanaEnd = solana;
var verifiers = SignatureVerifiers.Default.With(new Secp256k1Verifier()).With(new Ed25519Verifier());
await using var network = await LocalNetwork.StartAsync(o =>
{
    o.Providers = sides.Length;
    o.ChatClient = _ => LocalChatClient.Load(Path.Combine(AppContext.BaseDirectory, "npc-dialogue.gguf"));
    o.Price = i => new TokenPrice(sides[i].Dollars(5), sides[i].Dollars(20));
    o.ConfigureProvider = (i, provider) => (provider.Signer, provider.Settlement, provider.Verifiers) = (sides[i].Provider, sides[i].Settlement, verifiers);
    o.ConfigureClient = client =>
    {
        // begin-snippet: several-chains
        (client.Settlement, client.Signer, client.SignatureVerifiers) = (evm.Settlement, evm.Player, verifiers);
        client.OtherAccounts.Add(new ConsumerAccount { Settlement = solana.Settlement, Signer = solana.Player });
        // end-snippet
    };
});

// Two cents at most for an answer, on whichever chain; Solana first.
// begin-snippet: several-limits
using var chat = network.Client.AsIChatClient(network.Model, new() { MaxCostPerRequest = solana.Dollars(0.02m), MaxCostInOtherAssets = [evm.Dollars(0.02m)], HedgeBudget = 0 });
// end-snippet
var history = new List<ChatMessage> { new(ChatRole.System, "You are Mira, the blacksmith of Oakvale. You are gruff but kind.") };
foreach (var line in new[] { "Greet the traveller.", "What do you know about the old mine?", "Is the road safe?" })
{
    Console.Write($"\nYou:  {line}\nMira: ");
    history.Add(new(ChatRole.User, line));
    var updates = new List<ChatResponseUpdate>();
    await foreach (var update in chat.GetStreamingResponseAsync(history, new() { Temperature = 0.3f, Seed = 7, MaxOutputTokens = 120 }))
    {
        Console.Write(update.Text);
        updates.Add(update);
        if (history.Count == 4 && updates.Count(u => u.Text.Length > 0) == 8 && network.Providers[1].Kill())
        {
            Console.Write(" [the provider that is paid on Solana dies] ");
        }
    }

    history.AddMessages(updates);
    var costs = (IReadOnlyList<Amount>)updates[^1].AdditionalProperties![DePinChatProperties.Costs]!;
    Console.WriteLine($"\n      paid {string.Join(" and ", costs.Select(cost => $"${cost.ToDecimalString(6)} on {cost.Asset.Chain.ToString().Split(':')[0]}"))}");
}

// The dead one comes back, claims what it delivered, and both chains give back the rest.
network.Providers[1].Restart();
var channels = await network.Client.SettleAsync();
Console.WriteLine($"\n{channels.Count} channels are closed. The chains say:");
foreach (var (side, name) in new[] { (evm, "EVM"), (solana, "Solana") })
{
    Console.WriteLine($"  {name,-7} the provider has {await side.ReadBalanceAsync(side.Provider)}, the player {await side.ReadBalanceAsync(side.Player)} of $1");
}
