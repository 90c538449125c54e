using DePin.Sdk.Consumers;
using DePin.Sdk.Identity;
using Microsoft.Extensions.AI;

namespace Quickstart;

/// <summary>A consumer with an account of its own.</summary>
internal sealed class Player : IAsyncDisposable
{
    private readonly string _name;
    private readonly ISigner _signer;
    private readonly EndpointDirectory _directory;
    private readonly IChatClient _chat;

    private Player(string name, ISigner signer, EndpointDirectory directory, DePinClient network, IChatClient chat)
    {
        (_name, _signer, _directory, Network, _chat) = (name, signer, directory, network, chat);
    }

    public DePinClient Network { get; }

    public static async Task<Player> JoinAsync(string name, string folder, Money money, Provider[] providers)
    {
        var signer = await money.CreatePlayerAsync(name, dollars: 1);
        var directory = new EndpointDirectory(providers.Select(p => p.Endpoint), connector: null);
        var network = await DePinClient.ConnectAsync(new DePinClientOptions
        {
            Directory = directory,
            Settlement = money.Settlement,
            Signer = signer,
            SignatureVerifiers = money.Verifiers,
            DataDirectory = Path.Combine(folder, name),
        });

        // No hedging: a second provider that is asked because the first is slow to begin would blur the picture.
        var chat = network.AsIChatClient("npc-dialogue", new() { MaxCostPerRequest = money.Dollars(0.02m), HedgeBudget = 0 });
        return new Player(name, signer, directory, network, chat);
    }

    public IAsyncEnumerable<ChatResponseUpdate> AskAsync(string question) => _chat.GetStreamingResponseAsync(
        [new(ChatRole.System, "You are Mira, the blacksmith of Oakvale. You are gruff but kind."), new(ChatRole.User, question)],
        new() { Temperature = 0.3f, Seed = 7, MaxOutputTokens = 120 });

    public async Task AskAndPrintAsync(string question, Provider[] providers)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in AskAsync(question))
        {
            updates.Add(update);
        }

        var answer = string.Concat(updates.Select(update => update.Text));
        var deliveries = (IReadOnlyList<ProviderDelivery>)updates[^1].AdditionalProperties![DePinChatProperties.Attempts]!;
        var provider = providers.Single(p => p.Endpoint == deliveries[^1].Endpoint);
        Console.WriteLine($"  {_name}: {question,-26}{provider.Name + ":",-7}{(answer.Length <= 70 ? answer : answer[..70] + "...")}");
    }

    public async ValueTask DisposeAsync()
    {
        _chat.Dispose();
        await Network.DisposeAsync();
        await _directory.DisposeAsync();
        (_signer as IDisposable)?.Dispose();
    }
}
