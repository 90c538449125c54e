using DePin.Sdk.Storage;
using Microsoft.Data.Sqlite;

namespace DePin.Sdk.Chains.Evm.Escrow.Internal;

/// <summary>The terms of channels by their ids, and what closed channels paid back. A cache: the chain's events say the same, only slower, and what does not hash to its id is not taken. Thread-safe.</summary>
internal sealed class ChannelTermsStore : IDisposable
{
    private const int ApplicationId = 0x44504543; // "DPEC"
    private const int SchemaVersion = 1;

    private const string Schema = """
        CREATE TABLE channels (id BLOB NOT NULL PRIMARY KEY, payer BLOB NOT NULL, payee BLOB NOT NULL, token BLOB NOT NULL, salt BLOB NOT NULL, signer BLOB NOT NULL, refund BLOB) WITHOUT ROWID
        """;

    private readonly Lock _gate = new();
    private readonly SqliteDatabase _database;
    private bool _isDisposed;

    public ChannelTermsStore(string? path)
    {
        _database = SqliteDatabase.Open(path, ApplicationId, SchemaVersion, Schema);
        _database.Execute("PRAGMA synchronous = NORMAL");
    }

    public EvmChannelTerms? Find(Hash32 id) => Use(id, static (database, id) =>
    {
        using var row = database.Command("SELECT payer, payee, token, salt, signer FROM channels WHERE id = $1", id.ToArray()).ExecuteReader();
        return row.Read()
            ? new EvmChannelTerms(new EvmAddress(row.GetBlob(0)), new EvmAddress(row.GetBlob(1)), new EvmAddress(row.GetBlob(2)), new Hash32(row.GetBlob(3)), new EvmAddress(row.GetBlob(4)))
            : (EvmChannelTerms?)null;
    });

    public void Save(Hash32 id, in EvmChannelTerms terms) => Use((id, terms), static (database, saved) => database.Execute(
        "INSERT OR IGNORE INTO channels (id, payer, payee, token, salt, signer) VALUES ($1, $2, $3, $4, $5, $6)",
        saved.id.ToArray(),
        saved.terms.Payer.ToArray(),
        saved.terms.Payee.ToArray(),
        saved.terms.Token.ToArray(),
        saved.terms.Salt.ToArray(),
        saved.terms.AuthorizedSigner.ToArray()));

    public UInt128? FindRefund(Hash32 id) => Use(id, static (database, id) =>
    {
        using var row = database.Command("SELECT refund FROM channels WHERE id = $1 AND refund IS NOT NULL", id.ToArray()).ExecuteReader();
        return row.Read() ? row.GetUInt128(0) : (UInt128?)null;
    });

    public void SaveRefund(Hash32 id, UInt128 refund) => Use((id, refund), static (database, saved) =>
        database.Execute("UPDATE channels SET refund = $2 WHERE id = $1", saved.id.ToArray(), SqliteValue.ToBlob(saved.refund)));

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _database.Dispose();
        }
    }

    private TResult Use<TState, TResult>(TState state, Func<SqliteDatabase, TState, TResult> body)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            try
            {
                return body(_database, state);
            }
            catch (SqliteException ex)
            {
                throw SqliteDatabase.StorageFailed($"The channels' terms could not be read or written: {ex.Message}", ex, Fault.Consumer);
            }
        }
    }
}
