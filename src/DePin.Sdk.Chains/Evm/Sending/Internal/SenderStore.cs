using DePin.Sdk.Chains.Evm.Transactions;
using DePin.Sdk.Chains.Internal;
using DePin.Sdk.Storage;
using Microsoft.Data.Sqlite;

namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>The rows of a lane's journal on one connection; not thread-safe.</summary>
internal sealed class SenderStore : IJournalStore
{
    private const int ApplicationId = 0x4450454E; // "DPEN"
    private const int SchemaVersion = 1;

    // Nonces and chain ids lie as signed integers of the same bits; both stay below 2^63 on every chain there is.
    private const string Schema = """
        CREATE TABLE lane (chain_id INTEGER NOT NULL, address BLOB NOT NULL, first_block BLOB);
        CREATE TABLE slots (
        nonce INTEGER PRIMARY KEY,
        key TEXT UNIQUE,
        digest BLOB NOT NULL,
        outcome INTEGER NOT NULL,
        refusal TEXT,
        mined_hash BLOB,
        mined_block INTEGER,
        revert BLOB,
        ended_ms INTEGER);
        CREATE INDEX slots_open ON slots (nonce) WHERE outcome = 0;
        CREATE INDEX slots_mined ON slots (mined_block) WHERE mined_block IS NOT NULL;
        CREATE TABLE attempts (
        nonce INTEGER NOT NULL REFERENCES slots,
        sequence INTEGER NOT NULL,
        is_cancellation INTEGER NOT NULL,
        raw BLOB NOT NULL,
        PRIMARY KEY (nonce, sequence)) WITHOUT ROWID
        """;

    private readonly SqliteDatabase _database;

    private SenderStore(SqliteDatabase database) => _database = database;

    /// <summary>Opens a journal for one account of one chain.</summary>
    /// <param name="path">The file; null for memory.</param>
    /// <param name="chainId">The chain's id.</param>
    /// <param name="address">The account.</param>
    /// <param name="firstBlock">The chain's first block, by which chains for tests differ that share an id; null when the node does not have it.</param>
    /// <exception cref="DePinException">It cannot be opened, or belongs to another account or chain.</exception>
    public static SenderStore Open(string? path, ulong chainId, EvmAddress address, Hash32? firstBlock)
    {
        var database = SqliteDatabase.Open(path, ApplicationId, SchemaVersion, Schema);
        try
        {
            Bind(database, path, chainId, address, firstBlock);
            return new SenderStore(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public void Begin() => _database.Begin();

    public void Commit() => _database.Commit();

    public void Rollback() => _database.Rollback();

    /// <summary>The nonce after the highest one that was ever signed; null when none was.</summary>
    public ulong? NextNonce() => _database.Command("SELECT max(nonce) FROM slots").ExecuteScalar() is long highest ? (ulong)highest + 1 : null;

    public void Insert(LaneSlot slot)
    {
        _database.Execute("INSERT INTO slots (nonce, key, digest, outcome) VALUES ($1, $2, $3, 0)", (long)slot.Nonce, slot.Key, slot.Digest.ToArray());
        InsertLatestAttempt(slot);
    }

    public void InsertLatestAttempt(LaneSlot slot) => _database.Execute(
        "INSERT INTO attempts (nonce, sequence, is_cancellation, raw) VALUES ($1, $2, $3, $4)",
        (long)slot.Nonce,
        (long)(slot.Attempts.Count - 1),
        slot.Latest.IsCancellation ? 1L : 0L,
        slot.Latest.Signed.Encoded.ToArray());

    public void SaveRefusal(LaneSlot slot) => _database.Execute("UPDATE slots SET refusal = $2 WHERE nonce = $1", (long)slot.Nonce, slot.Refusal);

    public void End(LaneSlot slot, byte[]? revert, DateTimeOffset now) => _database.Execute(
        "UPDATE slots SET outcome = $2, mined_hash = $3, mined_block = $4, revert = $5, ended_ms = $6 WHERE nonce = $1",
        (long)slot.Nonce,
        (long)slot.Outcome,
        slot.Mined?.Hash.ToArray(),
        (long?)slot.Receipt?.BlockNumber,
        revert,
        now.ToUnixTimeMilliseconds());

    public void Reopen(LaneSlot slot) => _database.Execute("UPDATE slots SET outcome = 0, refusal = $2, mined_block = NULL, ended_ms = NULL WHERE nonce = $1", (long)slot.Nonce, slot.Refusal);

    public KnownSlot? Find(string key)
    {
        using var reader = _database.Command("SELECT nonce, digest, outcome, refusal, mined_hash, revert FROM slots WHERE key = $1", key).ExecuteReader();
        return reader.Read()
            ? new KnownSlot(
                (ulong)reader.GetInt64(0),
                new Hash32(reader.GetBlob(1)),
                (SlotOutcome)reader.GetInt64(2),
                reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.IsDBNull(4) ? null : new Hash32(reader.GetBlob(4)),
                reader.IsDBNull(5) ? null : reader.GetBlob(5))
            : null;
    }

    public List<LaneSlot> LoadOpen() => Load("outcome = 0");

    /// <summary>The closed nonces from one on: those that a chain which has gone back to it has lost.</summary>
    public List<LaneSlot> LoadEndedFrom(ulong nonce, int most) => Load("outcome <> 0 AND nonce BETWEEN $1 AND $2", (long)nonce, (long)nonce + most);

    /// <summary>The nonces that were closed in a block from this one on, with their blocks.</summary>
    public List<(ulong Nonce, ulong Block)> ListMinedFrom(ulong block)
    {
        using var reader = _database.Command("SELECT nonce, mined_block FROM slots WHERE mined_block >= $1", (long)block).ExecuteReader();
        var mined = new List<(ulong, ulong)>();
        while (reader.Read())
        {
            mined.Add(((ulong)reader.GetInt64(0), (ulong)reader.GetInt64(1)));
        }

        return mined;
    }

    /// <summary>Forgets what ended before an instant. The highest nonce stays, so that it is never given again.</summary>
    public int Prune(DateTimeOffset before)
    {
        const string ended = "SELECT nonce FROM slots WHERE outcome <> 0 AND ended_ms < $1 AND nonce < (SELECT max(nonce) FROM slots)";
        long limit = before.ToUnixTimeMilliseconds();
        _database.Execute($"DELETE FROM attempts WHERE nonce IN ({ended})", limit);
        return _database.Execute($"DELETE FROM slots WHERE nonce IN ({ended})", limit);
    }

    public void Dispose() => _database.Dispose();

    private static void Bind(SqliteDatabase database, string? path, ulong chainId, EvmAddress address, Hash32? firstBlock)
    {
        using var reader = database.Command("SELECT chain_id, address, first_block FROM lane").ExecuteReader();
        if (!reader.Read())
        {
            reader.Close();
            database.Execute("INSERT INTO lane (chain_id, address, first_block) VALUES ($1, $2, $3)", (long)chainId, address.ToArray(), firstBlock?.ToArray());
            return;
        }

        var (chain, owner) = ((ulong)reader.GetInt64(0), new EvmAddress(reader.GetBlob(1)));
        if (chain != chainId || owner != address)
        {
            throw Foreign($"The journal '{path}' belongs to account {owner} on chain {chain}, not to {address} on chain {chainId}. Give every account and chain a file of its own.");
        }

        if (firstBlock is { } first && !reader.IsDBNull(2) && new Hash32(reader.GetBlob(2)) is var known && known != first)
        {
            // To send again there what this chain has never seen would be an accident.
            throw Foreign($"The journal '{path}' belongs to another chain of the same id {chainId}: that begins with block {known}, this one with {first}. A chain for tests that was started anew needs a new journal.");
        }
    }

    private static DePinException Foreign(string message) => new(DePinErrorCode.StorageFailed, Fault.Consumer, message);

    private List<LaneSlot> Load(string condition, params ReadOnlySpan<object?> values)
    {
        using var reader = _database.Command(
            $"""
            SELECT nonce, key, digest, outcome, refusal, mined_hash, is_cancellation, raw
            FROM slots JOIN attempts USING (nonce) WHERE {condition} ORDER BY nonce, sequence
            """,
            values).ExecuteReader();
        var slots = new List<LaneSlot>();
        while (reader.Read())
        {
            ulong nonce = (ulong)reader.GetInt64(0);
            if (slots.Count == 0 || slots[^1].Nonce != nonce)
            {
                slots.Add(new LaneSlot
                {
                    Nonce = nonce,
                    Key = reader.IsDBNull(1) ? null : reader.GetString(1),
                    Digest = new Hash32(reader.GetBlob(2)),
                    Outcome = (SlotOutcome)reader.GetInt64(3),
                    Refusal = reader.IsDBNull(4) ? null : reader.GetString(4),
                });
            }

            var attempt = new SignedAttempt(SignedEvmTransaction.Decode(reader.GetBlob(7)), reader.GetInt64(6) != 0);
            slots[^1].Attempts.Add(attempt);
            if (!reader.IsDBNull(5) && attempt.Hash == new Hash32(reader.GetBlob(5)))
            {
                slots[^1].Mined = attempt;
            }
        }

        return slots;
    }
}
