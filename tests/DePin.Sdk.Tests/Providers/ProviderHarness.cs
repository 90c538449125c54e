using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;
using DePin.Sdk.Payments;
using DePin.Sdk.Providers;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Providers;

/// <summary>A provider with real keys and a real ledger, reached through the in-process transport, and what a consumer needs to speak to it frame by frame.</summary>
internal sealed class ProviderHarness : IAsyncDisposable
{
    public const string Model = "npc-dialogue";

    private readonly InProcessConnector _connector = new();
    private readonly Uri _endpoint;

    private ProviderHarness(ProviderRuntime runtime, LedgerSettlement ledger, MemoryVoucherJournal journal, P256Signer provider, P256Signer consumer)
    {
        Runtime = runtime;
        Ledger = ledger;
        Journal = journal;
        Provider = provider;
        Consumer = consumer;
        _endpoint = _connector.Register("provider", runtime);
    }

    public ProviderRuntime Runtime { get; }

    public LedgerSettlement Ledger { get; }

    public MemoryVoucherJournal Journal { get; }

    public P256Signer Provider { get; }

    public P256Signer Consumer { get; }

    public IProviderConnection Connection => _connector.Connect(_endpoint);

    /// <summary>One base unit for each output token, nothing for the input.</summary>
    public static TokenPrice OneUnitPerToken { get; } = new(Amount.Zero(LedgerSettlement.Credit), new Amount(1_000_000, LedgerSettlement.Credit));

    public static TokenPrice Free { get; } = new(Amount.Zero(LedgerSettlement.Credit), Amount.Zero(LedgerSettlement.Credit));

    public static Amount Units(ulong baseUnits) => new(baseUnits, LedgerSettlement.Credit);

    public static ServedModel Served(IChatClient client, TokenPrice? price = null, ulong credit = 8, int running = 16, int queued = 64) =>
        new(Model, new ChatJobHandler(client), price ?? OneUnitPerToken) { CreditWindow = Units(credit), MaxConcurrentJobs = running, MaxQueuedJobs = queued };

    public static ProviderHarness Create(IChatClient client, TokenPrice? price = null, ulong credit = 8, int running = 16, int queued = 64, TimeProvider? time = null, Action<ProviderOptions>? configure = null) =>
        Create([Served(client, price, credit, running, queued)], time, configure);

    public static ProviderHarness Create(IReadOnlyCollection<ServedModel> models, TimeProvider? time = null, Action<ProviderOptions>? configure = null)
    {
        var provider = P256Signer.Create();
        var ledger = LedgerSettlement.CreateInMemory(time);
        var journal = new MemoryVoucherJournal();
        var options = new ProviderOptions { Signer = provider, Settlement = ledger, Journal = journal, Endpoint = new Uri("inproc://provider") };
        configure?.Invoke(options);
        return new ProviderHarness(new ProviderRuntime(options, models, timeProvider: time), ledger, journal, provider, P256Signer.Create());
    }

    public async Task<Offer> GetOfferAsync() => (await Runtime.GetOffersAsync())[0];

    public async Task<Channel> OpenChannelAsync(ulong deposit = 1_000_000)
    {
        await Ledger.DepositAsync(Ledger.GetAccount(Consumer.PublicKey), Units(deposit));
        return await Ledger.OpenAsync(new OpenChannelRequest { Payee = Runtime.Payee, Deposit = Units(deposit) }, Consumer);
    }

    public async Task<JobStart> CreateStartAsync(Channel? channel = null, ulong? maxCost = null, DateTimeOffset? deadline = null, string prompt = "Greet the traveller.")
    {
        var start = new JobStart
        {
            JobId = Google.Protobuf.ByteString.CopyFrom(JobId.New().ToBytes()),
            Kind = JobKinds.Chat,
            Model = Model,
            Payload = Google.Protobuf.ByteString.CopyFrom(ChatJobCodec.Encode([new ChatMessage(ChatRole.User, prompt)], null)),
            DeadlineUnixMs = deadline?.ToUnixTimeMilliseconds() ?? 0,
            OfferId = Google.Protobuf.ByteString.CopyFrom((await GetOfferAsync()).Id.Bytes.Span),
        };
        if (maxCost is { } limit)
        {
            start.MaxCost = WireConvert.ToWire(limit);
        }

        if (channel is not null)
        {
            start.ChannelId = Google.Protobuf.ByteString.CopyFrom(channel.Id.Bytes.Span);
            await SignAsync(start);
        }

        return start;
    }

    /// <summary>Proves that the job may be paid from the channel that it names, as it stands now.</summary>
    public async Task SignAsync(JobStart start, P256Signer? signer = null)
    {
        var job = new JobRequest
        {
            Id = WireConvert.ReadJobId(start.JobId, "job_id"),
            Kind = start.Kind,
            Model = start.Model,
            Payload = start.Payload.Memory,
            Deadline = start.DeadlineUnixMs == 0 ? null : WireConvert.ReadInstant(start.DeadlineUnixMs, "deadline_unix_ms"),
            MaxCost = start.MaxCost is null ? null : new Amount(WireConvert.FromWire(start.MaxCost), LedgerSettlement.Credit),
        };
        start.Signature = WireConvert.ToWire(await (signer ?? Consumer).SignAsync(
            JobStartProof.GetSigningBytes(WireConvert.ReadChannelId(start.ChannelId, "channel_id"), job.ComputeHash(), start.OfferId.Span)));
    }

    /// <summary>Opens a stream and says what is wanted.</summary>
    public async Task<ProviderCall> StartAsync(JobStart start, Channel? channel = null, IReadOnlyList<KeyValuePair<string, string>>? metadata = null)
    {
        var call = new ProviderCall(await Connection.RunJobAsync(new CallOptions { Metadata = metadata ?? [] }), this, channel);
        await call.SendAsync(new ConsumerFrame { Start = start });
        return call;
    }

    public async Task<ProviderCall> StartAsync(Channel? channel = null, ulong? maxCost = null, DateTimeOffset? deadline = null) =>
        await StartAsync(await CreateStartAsync(channel, maxCost, deadline), channel);

    public async Task<SignedVoucher> SignAsync(Channel channel, ulong cumulative, P256Signer? signer = null)
    {
        var voucher = new Voucher(channel.Id, Units(cumulative));
        return new SignedVoucher(voucher, await (signer ?? Consumer).SignAsync(Ledger.GetVoucherSigningBytes(voucher)));
    }

    public async ValueTask DisposeAsync()
    {
        await Runtime.DrainAsync(TimeSpan.Zero);
        await Runtime.DisposeAsync();
        await _connector.DisposeAsync();
        await Journal.DisposeAsync();
        await Ledger.DisposeAsync();
        Provider.Dispose();
        Consumer.Dispose();
    }
}
