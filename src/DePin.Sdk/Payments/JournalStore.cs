using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using DePin.Sdk.Storage;
using Microsoft.Data.Sqlite;

namespace DePin.Sdk.Payments;

/// <summary>The rows of a voucher journal on one connection; not thread-safe.</summary>
internal sealed class JournalStore : IDisposable
{
    private const int ApplicationId = 0x4450564A; // "DPVJ"
    private const int SchemaVersion = 1;

    private const string Schema = $"""
        CREATE TABLE channels (
        {ChannelRow.Definitions},
        delivered BLOB NOT NULL,
        voucher_cumulative BLOB,
        voucher_expires_ms INTEGER,
        signature_algorithm TEXT,
        signature BLOB) WITHOUT ROWID;
        CREATE TABLE journal (id BLOB NOT NULL);
        INSERT INTO journal (id) VALUES (randomblob(32))
        """;

    private const string SelectEntry = $"SELECT {ChannelRow.Columns}, delivered, voucher_cumulative, voucher_expires_ms, signature_algorithm, signature FROM channels";

    private static readonly byte[] Zero = SqliteValue.ToBlob(UInt128.Zero);

    private readonly SqliteDatabase _database;

    public JournalStore(string path) => _database = SqliteDatabase.Open(path, ApplicationId, SchemaVersion, Schema);

    public byte[] ReadId() => (byte[])_database.Command("SELECT id FROM journal").ExecuteScalar()!;

    public void Begin() => _database.Begin();

    public void Commit() => _database.Commit();

    public void Rollback() => _database.Rollback();

    public void SaveChannel(Channel channel)
    {
        if (Find(channel.Id) is { } entry)
        {
            var merged = JournalRules.Merge(entry.Channel, channel);
            _database.Execute(
                "UPDATE channels SET deposit = $2, settled = $3, refunded = $4, status = $5, closes_ticks = $6 WHERE id = $1",
                channel.Id.Bytes.ToArray(),
                SqliteValue.ToBlob(merged.Deposit.BaseUnits),
                SqliteValue.ToBlob(merged.Settled.BaseUnits),
                SqliteValue.ToBlob(merged.Refunded.BaseUnits),
                (long)merged.Status,
                merged.ClosesAt?.UtcTicks);
            return;
        }

        _database.Execute($"INSERT INTO channels ({ChannelRow.Columns}, delivered) VALUES ({ChannelRow.Parameters}, $13)", [.. ChannelRow.ToValues(channel), Zero]);
    }

    /// <summary>True when it was recorded, false when it does not grow, null when the channel is unknown.</summary>
    public bool? SaveVoucher(SignedVoucher voucher)
    {
        var id = voucher.Voucher.Channel.Bytes.ToArray();
        int changed = _database.Execute(
            """
            UPDATE channels SET voucher_cumulative = $2, voucher_expires_ms = $3, signature_algorithm = $4, signature = $5
            WHERE id = $1 AND (voucher_cumulative IS NULL OR voucher_cumulative < $2)
            """,
            id,
            SqliteValue.ToBlob(voucher.Voucher.Cumulative.BaseUnits),
            voucher.Voucher.ExpiresAt?.ToUnixTimeMilliseconds(),
            voucher.Signature.Algorithm.Name,
            voucher.Signature.Bytes.ToArray());
        return changed > 0 ? true : Exists(id) ? false : null;
    }

    /// <summary>False when the channel is unknown.</summary>
    public bool SaveDelivered(ChannelId channel, Amount delivered) =>
        _database.Execute("UPDATE channels SET delivered = max(delivered, $2) WHERE id = $1", channel.Bytes.ToArray(), SqliteValue.ToBlob(delivered.BaseUnits)) > 0;

    public JournalEntry? Find(ChannelId channel)
    {
        using var reader = _database.Command($"{SelectEntry} WHERE id = $1", channel.Bytes.ToArray()).ExecuteReader();
        return reader.Read() ? ReadEntry(reader) : null;
    }

    public List<JournalEntry> ListNotClosed()
    {
        using var reader = _database.Command($"{SelectEntry} WHERE status <> {(int)ChannelStatus.Closed}").ExecuteReader();
        var entries = new List<JournalEntry>();
        while (reader.Read())
        {
            entries.Add(ReadEntry(reader));
        }

        return entries;
    }

    public void Dispose() => _database.Dispose();

    private static JournalEntry ReadEntry(SqliteDataReader row)
    {
        var channel = ChannelRow.Read(row);
        var asset = channel.Deposit.Asset;
        const int first = ChannelRow.ColumnCount;
        SignedVoucher? voucher = null;
        if (!row.IsDBNull(first + 1))
        {
            DateTimeOffset? expires = row.IsDBNull(first + 2) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(first + 2));
            voucher = new SignedVoucher(
                new Voucher(channel.Id, new Amount(row.GetUInt128(first + 1), asset), expires),
                new Signature(new SignatureAlgorithm(row.GetString(first + 3)), row.GetBlob(first + 4)));
        }

        return new JournalEntry(channel, voucher, new Amount(row.GetUInt128(first), asset));
    }

    private bool Exists(byte[] id) => _database.Command("SELECT 1 FROM channels WHERE id = $1", id).ExecuteScalar() is not null;
}
