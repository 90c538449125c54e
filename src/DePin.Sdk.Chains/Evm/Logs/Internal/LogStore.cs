using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Storage;
using Microsoft.Data.Sqlite;

namespace DePin.Sdk.Chains.Evm.Logs.Internal;

/// <summary>The position in the chain, the last blocks and the undo journal, in one database with the handler's tables. Every change is one transaction.</summary>
internal sealed class LogStore : IDisposable
{
    private const int ApplicationId = 0x44504C46; // "DPLF"
    private const int SchemaVersion = 1;

    private const string Schema = $"""
        CREATE TABLE follower (identity BLOB NOT NULL, genesis BLOB, number INTEGER, hash BLOB, applying INTEGER);
        CREATE TABLE follower_ring (number INTEGER PRIMARY KEY, hash BLOB NOT NULL);
        {UndoJournal.Schema}
        """;

    private readonly string? _path;
    private readonly int _horizon;
    private readonly SqliteDatabase _database;
    private readonly EvmLogTransaction _transaction;
    private readonly Lock _gate = new();

    private LogStore(string? path, int horizon, SqliteDatabase database)
    {
        _path = path;
        _horizon = horizon;
        _database = database;
        _transaction = new EvmLogTransaction(database);
    }

    /// <summary>Opens or creates the database.</summary>
    /// <param name="path">The file, or null for memory.</param>
    /// <param name="horizon">How many blocks can be undone.</param>
    /// <param name="identity">What the index is of; a database of something else is refused.</param>
    /// <param name="tables">The handler's schema.</param>
    public static LogStore Open(string? path, int horizon, ReadOnlySpan<byte> identity, string tables)
    {
        var database = SqliteDatabase.Open(path, ApplicationId, SchemaVersion, Schema);
        var store = new LogStore(path, horizon, database);
        try
        {
            UndoJournal.EnableOn(database);
            store.Prepare(identity.ToArray(), tables);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Where the tables stand; null before the first block is known.</summary>
    public LogPosition? ReadPosition()
    {
        lock (_gate)
        {
            return ReadPositionCore();
        }
    }

    /// <summary>The hash of a block that was applied, as far as the ring reaches.</summary>
    public Hash32? FindHash(long number)
    {
        lock (_gate)
        {
            return _database.Command("SELECT hash FROM follower_ring WHERE number = $1", number).ExecuteScalar() is byte[] hash ? new Hash32(hash) : null;
        }
    }

    /// <summary>The oldest block in the ring.</summary>
    public long? ReadRingBottom()
    {
        lock (_gate)
        {
            return _database.Command("SELECT min(number) FROM follower_ring").ExecuteScalar() as long?;
        }
    }

    /// <summary>Remembers the genesis block, by which a chain that was started anew is told; false when another one is remembered.</summary>
    public bool IsGenesis(Hash32 hash)
    {
        lock (_gate)
        {
            var bytes = hash.ToArray();
            _database.Execute("UPDATE follower SET genesis = $1 WHERE genesis IS NULL", bytes);
            return _database.Command("SELECT 1 FROM follower WHERE genesis = $1", bytes).ExecuteScalar() is not null;
        }
    }

    /// <summary>Stands on the block before the first one, with nothing applied.</summary>
    public bool Anchor(LogPosition at) => Change(null, () => MoveTo(at, forgetRing: true));

    /// <summary>Applies one block that can be undone later; false when another process moved the position meanwhile.</summary>
    public bool Apply(LogPosition from, LogHeader block, IReadOnlyList<EvmLog> logs, IEvmLogHandler handler) => Change(from, () =>
    {
        if (logs.Count > 0)
        {
            _database.Execute("UPDATE follower SET applying = $1", (long)block.Number);
            handler.Apply(new EvmLogBlock(block.Number, block.Hash), logs, _transaction);
            _database.Execute("UPDATE follower SET applying = NULL");
        }

        MoveTo(new LogPosition((long)block.Number, block.Hash), forgetRing: false);
        long bottom = (long)block.Number - _horizon;
        _database.Execute("DELETE FROM follower_ring WHERE number < $1", bottom);
        UndoJournal.Forget(_database, bottom);
    });

    /// <summary>Applies a range of blocks that are final.</summary>
    public bool ApplyFinal(LogPosition from, LogPosition to, IReadOnlyList<EvmLog> logs, IEvmLogHandler handler) => Change(from, () =>
    {
        foreach (var block in logs.GroupBy(log => new EvmLogBlock(log.BlockNumber, log.BlockHash)))
        {
            handler.Apply(block.Key, [.. block], _transaction);
        }

        MoveTo(to, forgetRing: true);
    });

    /// <summary>Takes back the blocks above one of the ring.</summary>
    public bool Rollback(LogPosition from, LogPosition to) => Change(from, () =>
    {
        UndoJournal.Undo(_database, to.Number);
        _database.Execute("DELETE FROM follower_ring WHERE number > $1", to.Number);
        MoveTo(to, forgetRing: false);
    });

    public T Read<T>(Func<EvmLogTransaction, T> query)
    {
        lock (_gate)
        {
            return query(_transaction);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _database.Dispose();
        }
    }

    private void Prepare(byte[] identity, string tables)
    {
        _database.Begin();
        var found = _database.Command("SELECT identity FROM follower").ExecuteScalar() as byte[];
        if (found is null)
        {
            using (var create = _database.Connection.CreateCommand())
            {
                create.CommandText = tables;
                create.ExecuteNonQuery();
            }

            UndoJournal.Install(_database);
            _database.Execute("INSERT INTO follower (identity) VALUES ($1)", identity);
            _database.Commit();
            return;
        }

        _database.Rollback();
        if (!found.AsSpan().SequenceEqual(identity))
        {
            throw new DePinException(
                DePinErrorCode.StorageFailed,
                Fault.Consumer,
                $"'{_path}' is an index of another chain, contract, start block or layout. Name another file, or delete this one to build it again.");
        }
    }

    /// <summary>Runs a change as one transaction, unless the position is no longer the one that it was thought for.</summary>
    private bool Change(LogPosition? from, Action change)
    {
        lock (_gate)
        {
            try
            {
                _database.Begin();
                if (ReadPositionCore() != from)
                {
                    _database.Rollback();
                    return false;
                }

                change();
                _database.Commit();
                return true;
            }
            catch (SqliteException problem)
            {
                _database.Rollback();
                throw SqliteDatabase.StorageFailed($"The index '{_path ?? ":memory:"}' could not be written: {problem.Message}", problem, Fault.Consumer);
            }
            catch
            {
                _database.Rollback();
                throw;
            }
        }
    }

    private LogPosition? ReadPositionCore()
    {
        using var reader = _database.Command("SELECT number, hash FROM follower WHERE number IS NOT NULL").ExecuteReader();
        return reader.Read() ? new LogPosition(reader.GetInt64(0), new Hash32(reader.GetBlob(1))) : null;
    }

    private void MoveTo(LogPosition to, bool forgetRing)
    {
        if (forgetRing)
        {
            _database.Execute("DELETE FROM follower_ring");
            _database.Execute("DELETE FROM follower_undo");
        }

        _database.Execute("UPDATE follower SET number = $1, hash = $2", to.Number, to.Hash.ToArray());
        _database.Execute("INSERT OR REPLACE INTO follower_ring (number, hash) VALUES ($1, $2)", to.Number, to.Hash.ToArray());
    }
}
