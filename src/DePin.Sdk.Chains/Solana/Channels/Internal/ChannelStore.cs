using DePin.Sdk.Storage;
using Microsoft.Data.Sqlite;

namespace DePin.Sdk.Chains.Solana.Channels.Internal;

/// <summary>
/// What only memory can tell: which request opened which channel (a channel's address depends on when it was opened), and how channels ended whose
/// accounts are gone. The rest of it saves questions to the node. Thread-safe.
/// </summary>
internal sealed class ChannelStore : IDisposable
{
    private const int ApplicationId = 0x44505343; // "DPSC"
    private const int SchemaVersion = 1;

    private const string Schema = """
        CREATE TABLE openings (key BLOB NOT NULL PRIMARY KEY, channel BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE channels (id BLOB NOT NULL PRIMARY KEY, token_program BLOB NOT NULL, account BLOB NOT NULL, rent INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE INDEX channels_rent ON channels (rent) WHERE rent > 0
        """;

    private readonly Lock _gate = new();
    private readonly SqliteDatabase _database;
    private bool _isDisposed;

    public ChannelStore(string? path) => _database = SqliteDatabase.Open(path, ApplicationId, SchemaVersion, Schema);

    /// <summary>The channel that a request was for; its terms are known, whether or not it was opened.</summary>
    public ChannelView? FindOpening(byte[] key) => Use(key, static (database, key) =>
    {
        using var row = database.Command("SELECT c.id, c.token_program, c.account FROM openings o JOIN channels c ON c.id = o.channel WHERE o.key = $1", key).ExecuteReader();
        return row.Read() ? ReadView(row) : null;
    });

    /// <summary>Notes, before anything is sent, which channel a request will open.</summary>
    public void SaveOpening(byte[] key, ChannelView planned) => Use((key, planned), static (database, saved) =>
    {
        database.Begin();
        try
        {
            database.Execute("INSERT OR REPLACE INTO openings (key, channel) VALUES ($1, $2)", saved.key, saved.planned.Address.ToArray());
            Save(database, saved.planned);
            database.Commit();
            return true;
        }
        catch
        {
            database.Rollback();
            throw;
        }
    });

    /// <summary>What is known of a channel; the account is as it was seen last.</summary>
    public ChannelView? Find(SolanaAddress channel) => Use(channel, static (database, channel) =>
    {
        using var row = database.Command("SELECT id, token_program, account FROM channels WHERE id = $1", channel.ToArray()).ExecuteReader();
        return row.Read() ? ReadView(row) : null;
    });

    public void Save(ChannelView view) => Use(view, static (database, view) => Save(database, view));

    /// <summary>Notes that a channel's rent is somebody's here to fetch, once the channel has ended.</summary>
    public void ExpectRent(SolanaAddress channel) => Use(channel, static (database, channel) => database.Execute("UPDATE channels SET rent = 1 WHERE id = $1", channel.ToArray()));

    /// <summary>The rent is back, or was never paid.</summary>
    public void ForgetRent(SolanaAddress channel) => Use(channel, static (database, channel) => database.Execute("UPDATE channels SET rent = 0 WHERE id = $1", channel.ToArray()));

    /// <summary>The channels whose rent is to be fetched.</summary>
    public IReadOnlyList<ChannelView> ListRents() => Use(0, static (database, _) =>
    {
        var views = new List<ChannelView>();
        using var row = database.Command("SELECT id, token_program, account FROM channels WHERE rent > 0").ExecuteReader();
        while (row.Read())
        {
            views.Add(ReadView(row));
        }

        return views;
    });

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _database.Dispose();
        }
    }

    private static bool Save(SqliteDatabase database, ChannelView view)
    {
        database.Execute(
            "INSERT INTO channels (id, token_program, account) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET account = excluded.account",
            view.Address.ToArray(),
            view.TokenProgram.ToArray(),
            view.Account.ToArray());
        return true;
    }

    private static ChannelView ReadView(SqliteDataReader row) =>
        new(new SolanaAddress(row.GetBlob(0)), PaymentChannelAccount.Parse(row.GetBlob(2)), new SolanaAddress(row.GetBlob(1)));

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
                throw SqliteDatabase.StorageFailed($"What is known of channels could not be read or written: {ex.Message}", ex, Fault.Consumer);
            }
        }
    }
}
