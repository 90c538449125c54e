using DePin.Sdk.Consumers;
using DePin.Sdk.Market;
using DePin.Sdk.Providers;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Testing;

/// <summary>What a <see cref="LocalNetwork"/> is made of.</summary>
public sealed class LocalNetworkOptions
{
    /// <summary>The name of the model that every provider serves.</summary>
    /// <value><c>npc-dialogue</c>.</value>
    public string Model { get; set; } = "npc-dialogue";

    /// <summary>How many providers there are.</summary>
    /// <value>Three.</value>
    public int Providers { get; set; } = 3;

    /// <summary>The chat model of each provider, by its number from zero.</summary>
    /// <value>A <see cref="ScriptedChatClient"/> that greets.</value>
    public Func<int, IChatClient> ChatClient { get; set; } = static _ => new ScriptedChatClient(["Well ", "met, ", "traveller. ", "The ", "road ", "ahead ", "is ", "long."]);

    /// <summary>The embedding model of each provider, by its number.</summary>
    /// <value>Null: none.</value>
    public Func<int, IEmbeddingGenerator<string, Embedding<float>>>? EmbeddingGenerator { get; set; }

    /// <summary>The price of each provider, by its number, in <see cref="LedgerSettlement.Credit"/>.</summary>
    /// <value>One dollar for a million input tokens and two for a million output tokens.</value>
    public Func<int, TokenPrice> Price { get; set; } = static _ => new TokenPrice(LedgerSettlement.Usd(1), LedgerSettlement.Usd(2));

    /// <summary>How much unpaid work each provider extends, by its number.</summary>
    /// <value>Null: the provider's own default.</value>
    public Func<int, Amount?>? CreditWindow { get; set; }

    /// <summary>What the consumer's account holds at the start.</summary>
    /// <value>1,000 dollars.</value>
    public Amount ConsumerFunds { get; set; } = LedgerSettlement.Usd(1000);

    /// <summary>Changes the client's options before it connects.</summary>
    public Action<DePinClientOptions>? ConfigureClient { get; set; }

    /// <summary>Changes each provider's options, by its number, before it starts.</summary>
    public Action<int, ProviderOptions>? ConfigureProvider { get; set; }

    /// <summary>The clock of everything.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where everything logs.</summary>
    /// <value>Null: nowhere.</value>
    public ILoggerFactory? LoggerFactory { get; set; }
}
