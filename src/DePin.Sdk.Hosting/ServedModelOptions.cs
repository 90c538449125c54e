namespace DePin.Sdk.Hosting;

/// <summary>The terms on which a provider sells one model.</summary>
public sealed class ServedModelOptions
{
    /// <summary>What a million tokens written cost.</summary>
    /// <value>Null: nothing, if the input has a price. One of the two prices must be set; write <c>Amount.Zero(asset)</c> to give a model away.</value>
    public Amount? PricePerMillionOutputTokens { get; set; }

    /// <summary>What a million tokens read cost, in the same asset.</summary>
    /// <value>Null: nothing, if the output has a price.</value>
    public Amount? PricePerMillionInputTokens { get; set; }

    /// <summary>How much unpaid work is extended on one channel, over all its jobs. Zero asks for payment ahead.</summary>
    /// <value>Null: what 512 input and 64 output tokens cost, or what the provider's options say.</value>
    public Amount? CreditWindow { get; set; }

    /// <summary>How many jobs run at the same time.</summary>
    /// <value>16.</value>
    public int MaxConcurrentJobs { get; set; } = 16;

    /// <summary>How many more may wait for their turn.</summary>
    /// <value>64.</value>
    public int MaxQueuedJobs { get; set; } = 64;

    /// <summary>SHA-256 of the model's file.</summary>
    /// <value>Empty: not said.</value>
    public ReadOnlyMemory<byte> ModelHash { get; set; }

    /// <summary>What else it can do, for example <c>tools</c> or <c>json</c>.</summary>
    public IList<string> Capabilities { get; } = [];

    /// <summary>The longest context in tokens.</summary>
    /// <value>0: not said.</value>
    public int ContextTokens { get; set; }

    /// <summary>What the chat client or embedding generator calls the model.</summary>
    /// <value>Null: its own default.</value>
    public string? ModelId { get; set; }

    /// <summary>The longest answer of a chat model, whatever a job asks for.</summary>
    /// <value>0: no limit.</value>
    public int MaxOutputTokens { get; set; }
}
