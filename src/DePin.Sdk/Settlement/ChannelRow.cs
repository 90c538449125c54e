using DePin.Sdk.Identity;
using DePin.Sdk.Storage;
using Microsoft.Data.Sqlite;

namespace DePin.Sdk.Settlement;

/// <summary>A <see cref="Channel"/> as a row of SQLite; the ledger and the voucher journal keep it alike.</summary>
internal static class ChannelRow
{
    public const int ColumnCount = 12;

    public const string Columns = "id, payer, payee, key_algorithm, key, asset, deposit, settled, refunded, grace_ticks, status, closes_ticks";

    public const string Parameters = "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12";

    public const string Definitions = """
        id BLOB NOT NULL PRIMARY KEY,
        payer TEXT NOT NULL,
        payee TEXT NOT NULL,
        key_algorithm TEXT NOT NULL,
        key BLOB NOT NULL,
        asset TEXT NOT NULL,
        deposit BLOB NOT NULL,
        settled BLOB NOT NULL,
        refunded BLOB NOT NULL,
        grace_ticks INTEGER NOT NULL,
        status INTEGER NOT NULL,
        closes_ticks INTEGER
        """;

    public static object?[] ToValues(Channel channel) =>
    [
        channel.Id.Bytes.ToArray(),
        channel.Payer.ToString(),
        channel.Payee.ToString(),
        channel.VoucherKey.Algorithm.Name,
        channel.VoucherKey.Bytes.ToArray(),
        channel.Deposit.Asset.ToString(),
        SqliteValue.ToBlob(channel.Deposit.BaseUnits),
        SqliteValue.ToBlob(channel.Settled.BaseUnits),
        SqliteValue.ToBlob(channel.Refunded.BaseUnits),
        channel.GracePeriod.Ticks,
        (long)channel.Status,
        channel.ClosesAt?.UtcTicks,
    ];

    public static Channel Read(SqliteDataReader row)
    {
        var asset = Asset.Parse(row.GetString(5));
        return new Channel
        {
            Id = new ChannelId(row.GetBlob(0)),
            Payer = AccountId.Parse(row.GetString(1)),
            Payee = AccountId.Parse(row.GetString(2)),
            VoucherKey = new PublicKey(new SignatureAlgorithm(row.GetString(3)), row.GetBlob(4)),
            Deposit = new Amount(row.GetUInt128(6), asset),
            Settled = new Amount(row.GetUInt128(7), asset),
            Refunded = new Amount(row.GetUInt128(8), asset),
            GracePeriod = TimeSpan.FromTicks(row.GetInt64(9)),
            Status = (ChannelStatus)row.GetInt64(10),
            ClosesAt = row.IsDBNull(11) ? null : new DateTimeOffset(row.GetInt64(11), TimeSpan.Zero),
        };
    }
}
