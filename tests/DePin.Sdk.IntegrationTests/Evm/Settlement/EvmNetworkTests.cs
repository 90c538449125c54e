using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Consumers;
using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.IntegrationTests.Evm.Settlement;

/// <summary>The whole network on a chain: an answer is streamed and paid token by token, claimed in the middle, and the channel closed.</summary>
public sealed class EvmNetworkTests
{
    private const int Tokens = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [AnvilFact]
    public Task Chat_PaidTokenByToken_ClaimsAndClosesOnTheChain() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync(funds: 1_000_000_000);
        await using var providers = await world.Chain.ConnectAsync();
        await using var journal = new MemoryVoucherJournal();
        var counting = new CountingJournal(journal);
        var verifiers = SignatureVerifiers.Default.With(new Secp256k1Verifier());
        var perToken = world.Units(1_000);
        await using var network = await LocalNetwork.StartAsync(options =>
        {
            options.Providers = 1;
            // A model as slow as a real one: each token is paid before the next one comes.
            options.ChatClient = _ => new ScriptedChatClient(ScriptedChatClient.Numbered(Tokens))
            {
                BeforeToken = async (token, _) => await EvmWorld.UntilAsync(() => Task.FromResult(counting.Vouchers >= token)),
            };
            options.Price = _ => new TokenPrice(perToken * 1_000_000, perToken * 1_000_000);
            options.CreditWindow = _ => perToken;
            options.ConfigureProvider = (_, provider) => (provider.Settlement, provider.Signer, provider.Verifiers, provider.Journal) = (providers, world.Payee, verifiers, counting);
            options.ConfigureClient = client =>
            {
                (client.Settlement, client.Signer, client.SignatureVerifiers) = (world.Settlement, world.Payer, verifiers);
                client.Payments.GracePeriod = EvmTestChain.GracePeriod;
                client.Payments.MaxAhead = perToken;
            };
        });

        using var chat = network.Client.AsIChatClient(network.Model, new ChatRoutingOptions { MaxCostPerRequest = perToken * 2_000, HedgeBudget = 0 });
        var text = string.Empty;
        await foreach (var update in chat.GetStreamingResponseAsync("Count.", new ChatOptions { MaxOutputTokens = 100 }))
        {
            text += update.Text;
        }

        Assert.Equal(string.Concat(ScriptedChatClient.Numbered(Tokens)), text);

        // The last voucher may pay for the last two tokens, for nothing waits for the one between.
        Assert.True(counting.Vouchers >= Tokens - 1, $"{counting.Vouchers} vouchers for {Tokens} tokens");
        var owed = (await journal.ListAsync()).Single();
        var price = owed.Voucher!.Voucher.Cumulative;

        // What the provider holds is money: a claim by anybody pays it, and the close pays the rest back.
        var claimed = (await world.Settlement.SettleAsync([owed.Voucher], world.Submitter)).Single();
        Assert.Equal(price, claimed.Paid);
        var report = Assert.Single(await network.Client.SettleAsync());
        Assert.Equal((price, owed.Channel.Deposit - price), (report.Paid, report.Refunded));
        var channel = (await world.Settlement.FindChannelAsync(owed.Channel.Id))!;
        Assert.Equal((ChannelStatus.Closed, price), (channel.Status, channel.Settled));
        Assert.Equal(price.BaseUnits, await world.BalanceAsync(world.Payee));
        Assert.Equal(1_000_000_000 - price.BaseUnits, await world.BalanceAsync(world.Payer));
        await world.AssertConservedAsync();
    });

    private static Task WithinAsync(Func<Task> test) => test().WaitAsync(Limit);

    private sealed class CountingJournal(IVoucherJournal inner) : IVoucherJournal
    {
        private int _vouchers;

        public int Vouchers => Volatile.Read(ref _vouchers);

        public ReadOnlyMemory<byte> Id => inner.Id;

        public Task SaveChannelAsync(Channel channel, CancellationToken cancellationToken = default) => inner.SaveChannelAsync(channel, cancellationToken);

        public Task<bool> SaveVoucherAsync(SignedVoucher voucher, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _vouchers);
            return inner.SaveVoucherAsync(voucher, cancellationToken);
        }

        public Task SaveDeliveredAsync(ChannelId channel, Amount delivered, CancellationToken cancellationToken = default) => inner.SaveDeliveredAsync(channel, delivered, cancellationToken);

        public Task<JournalEntry?> FindAsync(ChannelId channel, CancellationToken cancellationToken = default) => inner.FindAsync(channel, cancellationToken);

        public Task<IReadOnlyList<JournalEntry>> ListAsync(CancellationToken cancellationToken = default) => inner.ListAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
