using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Logs;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Storage;
using Microsoft.Data.Sqlite;

namespace DePin.Sdk.Chains.Evm.Registry.Internal;

/// <summary>The registry's events as tables.</summary>
internal sealed class RegistryIndex : IEvmLogHandler
{
    private const string Columns = "address, key, next_key, next_from, operator, payee, document_hash, uri, stake, thawing, thaw_end, cases";

    private const string Active = "stake >= (SELECT value FROM setting WHERE name = 'min_stake') AND stake > zeroblob(16)";

    private static readonly AbiType DocumentData = AbiType.Parse("(address,bytes32,bytes)");

    private readonly Action _committed;

    public RegistryIndex(Action committed) => _committed = committed;

    public string Schema => """
        CREATE TABLE provider (
            address BLOB PRIMARY KEY, key BLOB NOT NULL, next_key BLOB, next_from INTEGER, operator BLOB NOT NULL, payee BLOB, document_hash BLOB, uri TEXT,
            stake BLOB NOT NULL, thawing BLOB NOT NULL, thaw_end INTEGER NOT NULL, cases INTEGER NOT NULL);
        CREATE INDEX provider_stake ON provider (stake);
        CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL);
        INSERT INTO setting (name, value) VALUES ('min_stake', zeroblob(16))
        """;

    public void Apply(EvmLogBlock block, IReadOnlyList<EvmLog> logs, EvmLogTransaction transaction)
    {
        foreach (var log in logs.Where(log => log.Topics.Count > 0))
        {
            Apply(log, transaction);
        }
    }

    public void Committed() => _committed();

    /// <summary>The providers with enough stake in force, the highest stake first.</summary>
    public static IReadOnlyList<EvmRegisteredProvider> ListActive(EvmLogTransaction transaction, int limit) =>
        Read(transaction.Query($"SELECT {Columns}, 1 FROM provider WHERE {Active} AND uri IS NOT NULL ORDER BY stake DESC, address LIMIT $1", limit));

    /// <summary>Every provider that ever registered, by address.</summary>
    public static IReadOnlyList<EvmRegisteredProvider> ListAll(EvmLogTransaction transaction) =>
        Read(transaction.Query($"SELECT {Columns}, {Active} FROM provider WHERE uri IS NOT NULL ORDER BY address"));

    private static void Apply(EvmLog log, EvmLogTransaction transaction)
    {
        var topic = log.Topics[0];
        if (topic == RegistryAbi.Registered.Topic)
        {
            var values = log.Decode(RegistryAbi.Registered);
            transaction.Execute(
                "INSERT INTO provider (address, key, operator, stake, thawing, thaw_end, cases) VALUES ($1, $2, $3, zeroblob(16), zeroblob(16), 0, 0)",
                Address(values[0]), Address(values[1]), Address(values[2]));
        }
        else if (topic == RegistryAbi.DocumentChanged.Topic)
        {
            // The URI is read as bytes: a text that is not UTF-8 is one provider's fault, and must not stop the index of all.
            var provider = AbiType.Tuple(RegistryAbi.DocumentChanged.Parameters[0].Type).Decode(log.Topics[1].ToArray())[0];
            var values = DocumentData.Decode(log.Data.Span);
            transaction.Execute(
                "UPDATE provider SET payee = $2, document_hash = $3, uri = $4 WHERE address = $1",
                Address(provider), Address(values[0]), values[1].AsBytes(), System.Text.Encoding.UTF8.GetString(values[2].AsBytes()));
        }
        else if (topic == RegistryAbi.OperatorChanged.Topic)
        {
            var values = log.Decode(RegistryAbi.OperatorChanged);
            transaction.Execute("UPDATE provider SET operator = $2 WHERE address = $1", Address(values[0]), Address(values[1]));
        }
        else if (topic == RegistryAbi.KeyScheduled.Topic)
        {
            var values = log.Decode(RegistryAbi.KeyScheduled);
            transaction.Execute("UPDATE provider SET key = $2, next_key = $3, next_from = $4 WHERE address = $1", Address(values[0]), Address(values[3]), Address(values[1]), Seconds(values[2]));
        }
        else if (topic == RegistryAbi.StakeChanged.Topic)
        {
            var values = log.Decode(RegistryAbi.StakeChanged);
            transaction.Execute("UPDATE provider SET stake = $2, thawing = $3, thaw_end = $4 WHERE address = $1", Address(values[0]), Amount(values[1]), Amount(values[2]), Seconds(values[3]));
        }
        else if (topic == RegistryAbi.Locked.Topic)
        {
            transaction.Execute("UPDATE provider SET cases = cases + 1 WHERE address = $1", Address(log.Decode(RegistryAbi.Locked)[1]));
        }
        else if (topic == RegistryAbi.Released.Topic)
        {
            transaction.Execute("UPDATE provider SET cases = cases - 1 WHERE address = $1", Address(log.Decode(RegistryAbi.Released)[1]));
        }
        else if (topic == RegistryAbi.Slashed.Topic)
        {
            transaction.Execute("UPDATE provider SET cases = cases - 1 WHERE address = $1", Address(log.Decode(RegistryAbi.Slashed)[1]));
        }
        else if (topic == RegistryAbi.MinStakeChanged.Topic)
        {
            transaction.Execute("UPDATE setting SET value = $1 WHERE name = 'min_stake'", Amount(log.Decode(RegistryAbi.MinStakeChanged)[0]));
        }
    }

    private static List<EvmRegisteredProvider> Read(SqliteDataReader reader)
    {
        using (reader)
        {
            var providers = new List<EvmRegisteredProvider>();
            while (reader.Read())
            {
                providers.Add(new EvmRegisteredProvider
                {
                    Address = new EvmAddress(reader.GetBlob(0)),
                    Key = new EvmAddress(reader.GetBlob(1)),
                    NextKey = reader.IsDBNull(2) ? null : new EvmAddress(reader.GetBlob(2)),
                    NextKeyFrom = reader.IsDBNull(3) ? default : Instant(reader.GetInt64(3)),
                    Operator = new EvmAddress(reader.GetBlob(4)),
                    Payee = new EvmAddress(reader.GetBlob(5)),
                    DocumentHash = new Hash32(reader.GetBlob(6)),
                    DocumentUri = reader.GetString(7),
                    Stake = reader.GetUInt128(8),
                    Thawing = reader.GetUInt128(9),
                    ThawEnd = Instant(reader.GetInt64(10)),
                    OpenCases = (int)reader.GetInt64(11),
                    IsActive = reader.GetInt64(12) != 0,
                });
            }

            return providers;
        }
    }

    private static byte[] Address(AbiValue value) => value.AsAddress().ToArray();

    private static byte[] Amount(AbiValue value) => SqliteValue.ToBlob((UInt128)value.AsUInt256());

    // The contract keeps instants in 40 bits.
    private static long Seconds(AbiValue value) => (long)(ulong)value.AsUInt256();

    private static DateTimeOffset Instant(long seconds) => DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
}
