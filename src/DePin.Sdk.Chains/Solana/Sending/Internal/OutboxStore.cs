using DePin.Sdk.Chains.Internal;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Storage;
using Microsoft.Data.Sqlite;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>The rows of an outbox's journal on one connection; not thread-safe.</summary>
internal sealed class OutboxStore : IJournalStore
{
    private const int ApplicationId = 0x4450534F; // "DPSO"
    private const int SchemaVersion = 1;

    // Slots, heights and prices lie as signed integers of the same bits; all stay below 2^63.
    private const string Schema = """
        CREATE TABLE outbox (genesis BLOB NOT NULL, fee_payer BLOB NOT NULL);
        CREATE TABLE requests (
        id INTEGER PRIMARY KEY,
        key TEXT UNIQUE,
        digest BLOB NOT NULL,
        body BLOB NOT NULL,
        outcome INTEGER NOT NULL,
        is_final INTEGER NOT NULL,
        found BLOB,
        slot INTEGER,
        error TEXT,
        ended_ms INTEGER);
        CREATE INDEX requests_open ON requests (id) WHERE is_final = 0;
        CREATE INDEX requests_ended ON requests (ended_ms) WHERE is_final = 1;
        CREATE TABLE attempts (
        request INTEGER NOT NULL REFERENCES requests,
        sequence INTEGER NOT NULL,
        id BLOB NOT NULL UNIQUE,
        bytes BLOB NOT NULL,
        blockhash BLOB NOT NULL,
        known_slot INTEGER NOT NULL,
        last_height INTEGER NOT NULL,
        nonce BLOB,
        price INTEGER NOT NULL,
        PRIMARY KEY (request, sequence)) WITHOUT ROWID
        """;

    private readonly SqliteDatabase _database;

    private OutboxStore(SqliteDatabase database) => _database = database;

    /// <summary>Opens a journal for one fee payer on one cluster.</summary>
    /// <param name="path">The file; null for memory.</param>
    /// <param name="genesis">The cluster's genesis hash.</param>
    /// <param name="feePayer">The fee payer.</param>
    /// <exception cref="DePinException">It cannot be opened, or belongs to another fee payer or cluster.</exception>
    public static OutboxStore Open(string? path, SolanaHash genesis, SolanaAddress feePayer)
    {
        var database = SqliteDatabase.Open(path, ApplicationId, SchemaVersion, Schema);
        try
        {
            Bind(database, path, genesis, feePayer);
            return new OutboxStore(database);
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

    /// <summary>Whether a transaction was signed before. Equal requests under one blockhash are one transaction to the chain.</summary>
    public bool Knows(SolanaSignature transaction) => _database.Command("SELECT 1 FROM attempts WHERE id = $1", transaction.ToArray()).ExecuteScalar() is not null;

    /// <summary>Writes a new request with its first attempt.</summary>
    public void Insert(OutboxEntry entry)
    {
        entry.Id = (long)_database.Command(
            "INSERT INTO requests (key, digest, body, outcome, is_final) VALUES ($1, $2, $3, 0, 0) RETURNING id",
            entry.Key,
            entry.Body.Digest.ToArray(),
            entry.Body.Bytes.ToArray()).ExecuteScalar()!;
        InsertAttempt(entry, entry.Latest);
    }

    /// <summary>Writes another attempt of a request and opens the request again.</summary>
    public void Renew(OutboxEntry entry, OutboxAttempt attempt)
    {
        _database.Execute("UPDATE requests SET outcome = 0, is_final = 0, found = NULL, slot = NULL, error = NULL, ended_ms = NULL WHERE id = $1", entry.Id);
        InsertAttempt(entry, attempt);
    }

    /// <summary>Writes what became of a request; it stays open until that is final.</summary>
    public void End(OutboxEntry entry, DateTimeOffset now) => _database.Execute(
        "UPDATE requests SET outcome = $2, is_final = $3, found = $4, slot = $5, error = $6, ended_ms = $7 WHERE id = $1",
        entry.Id,
        (long)entry.Outcome,
        OutboxRules.IsFinal(entry) ? 1L : 0L,
        entry.Found?.Attempt.Id.ToArray(),
        (long?)entry.Found?.Landing.Slot,
        entry.Found?.Landing.Error is { } error ? ErrorText.Write(error) : null,
        now.ToUnixTimeMilliseconds());

    public KnownEntry? Find(string key)
    {
        using var reader = _database.Command("SELECT id, digest, outcome, found, slot, error FROM requests WHERE key = $1", key).ExecuteReader();
        return reader.Read()
            ? new KnownEntry(
                reader.GetInt64(0),
                new SolanaHash(reader.GetBlob(1)),
                (OutboxOutcome)reader.GetInt64(2),
                reader.IsDBNull(3) ? null : new SolanaSignature(reader.GetBlob(3)),
                reader.IsDBNull(4) ? 0 : (ulong)reader.GetInt64(4),
                reader.IsDBNull(5) ? null : ErrorText.Read(reader.GetString(5)))
            : null;
    }

    /// <summary>What is not final: requests that are open, and those that were told and are watched.</summary>
    public List<OutboxEntry> LoadOpen()
    {
        using var reader = _database.Command(
            """
            SELECT r.id, r.key, r.body, r.outcome, a.id, a.bytes, a.blockhash, a.known_slot, a.last_height, a.nonce, a.price
            FROM requests r JOIN attempts a ON a.request = r.id WHERE r.is_final = 0 ORDER BY r.id, a.sequence
            """).ExecuteReader();
        var entries = new List<OutboxEntry>();
        while (reader.Read())
        {
            long id = reader.GetInt64(0);
            if (entries.Count == 0 || entries[^1].Id != id)
            {
                entries.Add(new OutboxEntry(RequestBody.Read(reader.GetBlob(2)))
                {
                    Id = id,
                    Key = reader.IsDBNull(1) ? null : reader.GetString(1),
                    Outcome = (OutboxOutcome)reader.GetInt64(3),
                    MayBeOut = true,
                });
            }

            entries[^1].Attempts.Add(new OutboxAttempt(
                new SolanaSignature(reader.GetBlob(4)),
                reader.GetBlob(5),
                new SolanaHash(reader.GetBlob(6)),
                (ulong)reader.GetInt64(7),
                (ulong)reader.GetInt64(8),
                reader.IsDBNull(9) ? null : new SolanaAddress(reader.GetBlob(9)),
                (ulong)reader.GetInt64(10)));
        }

        return entries;
    }

    /// <summary>Forgets what ended for good before an instant.</summary>
    public int Prune(DateTimeOffset before)
    {
        const string ended = "SELECT id FROM requests WHERE is_final = 1 AND ended_ms < $1";
        long limit = before.ToUnixTimeMilliseconds();
        _database.Execute($"DELETE FROM attempts WHERE request IN ({ended})", limit);
        return _database.Execute($"DELETE FROM requests WHERE id IN ({ended})", limit);
    }

    public void Dispose() => _database.Dispose();

    private static void Bind(SqliteDatabase database, string? path, SolanaHash genesis, SolanaAddress feePayer)
    {
        using var reader = database.Command("SELECT genesis, fee_payer FROM outbox").ExecuteReader();
        if (!reader.Read())
        {
            reader.Close();
            database.Execute("INSERT INTO outbox (genesis, fee_payer) VALUES ($1, $2)", genesis.ToArray(), feePayer.ToArray());
            return;
        }

        var (cluster, owner) = (new SolanaHash(reader.GetBlob(0)), new SolanaAddress(reader.GetBlob(1)));
        if (cluster != genesis || owner != feePayer)
        {
            throw new DePinException(
                DePinErrorCode.StorageFailed,
                Fault.Consumer,
                $"The journal '{path}' belongs to fee payer {owner} on the cluster with genesis hash {cluster}, not to {feePayer} on {genesis}. Give every fee payer and cluster a file of its own.");
        }
    }

    private void InsertAttempt(OutboxEntry entry, OutboxAttempt attempt) => _database.Execute(
        """
        INSERT INTO attempts (request, sequence, id, bytes, blockhash, known_slot, last_height, nonce, price)
        VALUES ($1, (SELECT coalesce(max(sequence) + 1, 0) FROM attempts WHERE request = $1), $2, $3, $4, $5, $6, $7, $8)
        """,
        entry.Id,
        attempt.Id.ToArray(),
        attempt.Bytes.ToArray(),
        attempt.Blockhash.ToArray(),
        (long)attempt.KnownSlot,
        (long)attempt.LastValidBlockHeight,
        attempt.Nonce?.ToArray(),
        (long)attempt.Price);
}
