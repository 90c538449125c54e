using System.Globalization;
using DePin.Sdk.Storage;
using Microsoft.Data.Sqlite;

namespace DePin.Sdk.Settlement;

/// <summary>The rows of a ledger. It knows nothing of the rules; <see cref="LedgerSettlement"/> does.</summary>
internal sealed class LedgerStore : IDisposable
{
    private const int ApplicationId = 0x44504C47; // "DPLG"
    private const int SchemaVersion = 1;

    private const string Schema = $"""
        CREATE TABLE ledger (id BLOB NOT NULL);
        CREATE TABLE balances (account TEXT NOT NULL, asset TEXT NOT NULL, amount BLOB NOT NULL, PRIMARY KEY (account, asset)) WITHOUT ROWID;
        CREATE TABLE supply (asset TEXT NOT NULL PRIMARY KEY, amount BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE channels ({ChannelRow.Definitions}) WITHOUT ROWID;
        CREATE TABLE entries (number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, account TEXT NOT NULL, channel BLOB, asset TEXT NOT NULL, amount BLOB NOT NULL, at_ticks INTEGER NOT NULL);
        INSERT INTO ledger (id) VALUES (randomblob(32))
        """;

    private const string UpsertChannel = $"INSERT OR REPLACE INTO channels ({ChannelRow.Columns}) VALUES ({ChannelRow.Parameters})";

    private readonly SqliteDatabase _database;

    public LedgerStore(string? path)
    {
        _database = SqliteDatabase.Open(path, ApplicationId, SchemaVersion, Schema);
        Id = (byte[])_database.Command("SELECT id FROM ledger").ExecuteScalar()!;
    }

    /// <summary>32 random bytes that name this ledger, so that a voucher of another one never verifies.</summary>
    public ReadOnlyMemory<byte> Id { get; }

    /// <summary>Runs a body under the ledger's write lock; what it wrote is kept only when it returns.</summary>
    public T Transact<T>(Func<LedgerStore, T> body)
    {
        bool committing = false;
        try
        {
            _database.Begin();
            var result = body(this);
            committing = true;
            _database.Commit();
            return result;
        }
        catch (SqliteException ex)
        {
            _database.Rollback();
            throw new SettlementException(
                DePinErrorCode.StorageFailed,
                Fault.Chain,
                $"The ledger could not be written: {ex.Message}",
                mayHaveBeenBroadcast: committing,
                isTransient: true,
                innerException: ex);
        }
        catch
        {
            _database.Rollback();
            throw;
        }
    }

    /// <summary>Reads without the write lock.</summary>
    public T Read<T>(Func<LedgerStore, T> body)
    {
        try
        {
            return body(this);
        }
        catch (SqliteException ex)
        {
            throw new SettlementException(DePinErrorCode.StorageFailed, Fault.Chain, $"The ledger could not be read: {ex.Message}", isTransient: true, innerException: ex);
        }
    }

    public UInt128 GetBalance(AccountId account, Asset asset) =>
        ReadAmount(_database.Command("SELECT amount FROM balances WHERE account = $1 AND asset = $2", account.ToString(), asset.ToString()));

    public void SetBalance(AccountId account, Amount amount) =>
        _database.Execute("INSERT OR REPLACE INTO balances (account, asset, amount) VALUES ($1, $2, $3)", account.ToString(), amount.Asset.ToString(), SqliteValue.ToBlob(amount.BaseUnits));

    public UInt128 GetSupply(Asset asset) => ReadAmount(_database.Command("SELECT amount FROM supply WHERE asset = $1", asset.ToString()));

    public void SetSupply(Amount amount) =>
        _database.Execute("INSERT OR REPLACE INTO supply (asset, amount) VALUES ($1, $2)", amount.Asset.ToString(), SqliteValue.ToBlob(amount.BaseUnits));

    public Channel? FindChannel(ChannelId id)
    {
        using var reader = _database.Command($"SELECT {ChannelRow.Columns} FROM channels WHERE id = $1", id.Bytes.ToArray()).ExecuteReader();
        return reader.Read() ? ChannelRow.Read(reader) : null;
    }

    public void SaveChannel(Channel channel) => _database.Execute(UpsertChannel, ChannelRow.ToValues(channel));

    /// <summary>Writes the ledger's log; the number of the entry is the transaction's id.</summary>
    public string Append(string kind, AccountId account, ChannelId? channel, Amount amount, DateTimeOffset at)
    {
        _database.Execute(
            "INSERT INTO entries (kind, account, channel, asset, amount, at_ticks) VALUES ($1, $2, $3, $4, $5, $6)",
            kind,
            account.ToString(),
            channel?.Bytes.ToArray(),
            amount.Asset.ToString(),
            SqliteValue.ToBlob(amount.BaseUnits),
            at.UtcTicks);
        var number = (long)_database.Command("SELECT last_insert_rowid()").ExecuteScalar()!;
        return number.ToString(CultureInfo.InvariantCulture);
    }

    public UInt128 SumBalances(Asset asset)
    {
        using var reader = _database.Command("SELECT amount FROM balances WHERE asset = $1", asset.ToString()).ExecuteReader();
        var sum = UInt128.Zero;
        while (reader.Read())
        {
            sum = checked(sum + reader.GetUInt128(0));
        }

        return sum;
    }

    /// <summary>What channels still hold: deposits less what was settled and refunded.</summary>
    public UInt128 SumEscrow(Asset asset)
    {
        using var reader = _database.Command("SELECT deposit, settled, refunded FROM channels WHERE asset = $1", asset.ToString()).ExecuteReader();
        var sum = UInt128.Zero;
        while (reader.Read())
        {
            sum = checked(sum + (reader.GetUInt128(0) - reader.GetUInt128(1) - reader.GetUInt128(2)));
        }

        return sum;
    }

    public void Dispose() => _database.Dispose();

    private static UInt128 ReadAmount(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        return reader.Read() ? reader.GetUInt128(0) : UInt128.Zero;
    }
}
