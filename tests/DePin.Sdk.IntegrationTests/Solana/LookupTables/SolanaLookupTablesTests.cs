using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.LookupTables;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Testing.Solana;

namespace DePin.Sdk.IntegrationTests.Solana.LookupTables;

public sealed class SolanaLookupTablesTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));
    private readonly Random _random = new(3);
    private SurfpoolNode? _node;
    private HttpJsonRpcTransport? _transport;
    private Ed25519Signer? _key;
    private SolanaSender? _sender;
    private SolanaClient? _client;
    private SolanaLookupTables? _tables;

    private SolanaLookupTables Tables => _tables!;

    private SolanaSender Sender => _sender!;

    private CancellationToken Limit => _limit.Token;

    public async Task InitializeAsync()
    {
        if (SurfpoolFixture.MissingReason is not null)
        {
            return;
        }

        // Fast slots: a table can be closed 512 slots after it was deactivated.
        _node = await SurfpoolFixture.StartAsync(new SurfpoolOptions { SlotTime = TimeSpan.FromMilliseconds(10) });
        _transport = new HttpJsonRpcTransport(_node.RpcUrl);
        _client = new SolanaClient(_transport);
        _key = SurfpoolFixture.SignerOf(_node.Payer);
        _sender = await SolanaSender.OpenAsync(_client, _key, new SolanaSenderOptions { PollInterval = TimeSpan.FromMilliseconds(50) }, cancellationToken: Limit);
        _tables = new SolanaLookupTables(_client, _sender);
    }

    public async Task DisposeAsync()
    {
        if (_node is not null)
        {
            await _sender!.DisposeAsync();
            await _transport!.DisposeAsync();
            _key!.Dispose();
            await _node.DisposeAsync();
        }

        _limit.Dispose();
    }

    [SurfpoolFact]
    public async Task Table_MadeExtendedUsedAndClosed_ReturnsItsRent()
    {
        // Wallets that receive 1 SOL each: more accounts than fit without a table.
        SolanaAddress[] recipients = [.. Enumerable.Range(0, 70).Select(_ => Any())];
        var table = await Tables.CreateAsync(recipients[..40], Limit);
        Assert.Equal(recipients[..40], table.Addresses);
        Assert.Equal(table.Addresses, (await Tables.FindAsync(table.Address, Limit))?.Addresses);

        var extended = await Tables.ExtendAsync(table.Address, recipients, Limit);
        Assert.Equal(recipients, extended.Addresses);
        Assert.Equal(extended.Addresses, (await Tables.ExtendAsync(table.Address, recipients[5..], Limit)).Addresses);
        Assert.Equal([table.Address], (await Tables.ListAsync(Limit)).Select(found => found.Address));

        SolanaInstruction[] transfers = [.. recipients[20..60].Select(to => SystemProgram.Transfer(Sender.FeePayer, to, 1_000_000_000))];
        Assert.Equal(SolanaSendError.TooLarge, (await Assert.ThrowsAsync<SolanaSendException>(() => Sender.SendAsync(new() { Instructions = transfers }, Limit))).Error);
        var receipt = await Sender.SendAsync(new() { Instructions = transfers, LookupTables = [extended] }, Limit);
        foreach (var to in recipients[20..60])
        {
            Assert.Equal(1_000_000_000UL, await _client!.GetBalanceAsync(to, cancellationToken: Limit));
        }

        // What the node tells of the transaction says the same as the table.
        var record = await Sender.GetTransactionAsync(receipt, Limit);
        var message = SolanaTransaction.Deserialize(record.Transaction.Span).Message;
        Assert.Equal(recipients[20..60], message.Decompile([extended]).SelectMany(instruction => instruction.Accounts).Where(account => !account.IsSigner && account.IsWritable).Select(account => account.Address));
        Assert.Equal(
            message.Decompile([extended]).SelectMany(instruction => instruction.Accounts),
            message.Decompile(record.LoadedAddresses.Writable, record.LoadedAddresses.ReadOnly).SelectMany(instruction => instruction.Accounts));

        ulong rent = await _client!.GetBalanceAsync(table.Address, cancellationToken: Limit);
        await Tables.DeactivateAsync(table.Address, Limit);
        await Tables.DeactivateAsync(table.Address, Limit);
        Assert.NotNull(await Tables.FindAsync(table.Address, Limit));
        Assert.Equal(DePinErrorCode.InvalidRequest, (await Assert.ThrowsAsync<DePinException>(() => Tables.ExtendAsync(table.Address, [Any()], Limit))).Code);

        var heir = Any();
        await Tables.CloseAsync(table.Address, heir, Limit);
        Assert.Equal(rent, await _client.GetBalanceAsync(heir, cancellationToken: Limit));
        Assert.Null(await Tables.FindAsync(table.Address, Limit));
        await Tables.CloseAsync(table.Address, heir, Limit);
        Assert.Equal(DePinErrorCode.InvalidRequest, (await Assert.ThrowsAsync<DePinException>(() => Tables.DeactivateAsync(table.Address, Limit))).Code);
    }

    [SurfpoolFact]
    public async Task Create_SeveralAtOnce_AreDistinctAndWhole()
    {
        SolanaAddress[] addresses = [.. Enumerable.Range(0, 3).Select(_ => Any())];

        var tables = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Tables.CreateAsync([.. addresses, .. addresses], Limit)));

        Assert.Equal(3, tables.Select(table => table.Address).Distinct().Count());
        Assert.All(tables, table => Assert.Equal(addresses, table.Addresses));
        Assert.Equal(3, (await Tables.ListAsync(Limit)).Count);
    }

    [SurfpoolFact]
    public async Task Extend_SomebodyElsesOrFullTable_IsRefused()
    {
        var account = _node!.Accounts[1];
        using var key = SurfpoolFixture.SignerOf(account);
        await using var other = await SolanaSender.OpenAsync(_client!, key, cancellationToken: Limit);
        var theirs = await new SolanaLookupTables(_client!, other).CreateAsync([Any()], Limit);

        Assert.Equal(DePinErrorCode.InvalidRequest, (await Assert.ThrowsAsync<DePinException>(() => Tables.ExtendAsync(theirs.Address, [Any()], Limit))).Code);
        Assert.Equal(DePinErrorCode.InvalidRequest, (await Assert.ThrowsAsync<DePinException>(() => Tables.CloseAsync(theirs.Address, cancellationToken: Limit))).Code);
        await Assert.ThrowsAsync<ArgumentException>(() => Tables.CreateAsync([], Limit));
        await Assert.ThrowsAsync<ArgumentException>(() => Tables.CreateAsync([.. Enumerable.Range(0, 257).Select(_ => Any())], Limit));
        await Assert.ThrowsAsync<SolanaFormatException>(() => Tables.FindAsync(Sender.FeePayer, Limit));
        Assert.Null(await Tables.FindAsync(Any(), Limit));
    }

    private SolanaAddress Any()
    {
        var bytes = new byte[32];
        _random.NextBytes(bytes);
        return new SolanaAddress(bytes);
    }
}
