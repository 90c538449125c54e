using Microsoft.Data.Sqlite;

namespace DePin.Sdk.Storage;

/// <summary>One connection to an SQLite file, or to a database in memory, with the settings that money needs.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private SqliteTransaction? _transaction;

    static SqliteDatabase() => SQLitePCL.Batteries_V2.Init();

    private SqliteDatabase(SqliteConnection connection) => Connection = connection;

    public SqliteConnection Connection { get; }

    /// <summary>Opens a file, or memory when the path is null, and creates or checks its schema.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="applicationId">What kind of file it is (<c>PRAGMA application_id</c>), so that a ledger is not opened as a journal.</param>
    /// <param name="version">The schema version that this code reads and writes.</param>
    /// <param name="schema">The statements that create it.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.StorageFailed"/>.</exception>
    public static SqliteDatabase Open(string? path, int applicationId, int version, string schema)
    {
        var builder = new SqliteConnectionStringBuilder { DataSource = path ?? ":memory:", Pooling = false };
        var connection = new SqliteConnection(builder.ToString());
        var database = new SqliteDatabase(connection);
        try
        {
            connection.Open();

            // FULL: a commit is on the disk before it is acknowledged. WAL: readers never wait for the writer.
            database.Execute("PRAGMA busy_timeout = 15000");
            database.Execute("PRAGMA journal_mode = WAL");
            database.Execute("PRAGMA synchronous = FULL");
            database.EnsureSchema(applicationId, version, schema);
            return database;
        }
        catch (SqliteException ex)
        {
            database.Dispose();
            throw StorageFailed($"The database '{path ?? ":memory:"}' could not be opened: {ex.Message}", ex);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Starts a transaction that holds the write lock from its first statement, across processes.</summary>
    public void Begin() => _transaction = Connection.BeginTransaction(System.Data.IsolationLevel.Serializable, deferred: false);

    public void Commit()
    {
        _transaction!.Commit();
        _transaction.Dispose();
        _transaction = null;
    }

    /// <summary>Undoes the transaction if one is open; never throws, because it runs while another error is on its way.</summary>
    public void Rollback()
    {
        var transaction = _transaction;
        _transaction = null;
        try
        {
            transaction?.Dispose();
        }
        catch (SqliteException)
        {
            // SQLite itself rolls back what a failed commit leaves behind.
        }
    }

    /// <summary>A prepared statement that is kept for the next use, with its parameters set in the order of their names <c>$1</c>, <c>$2</c>, …</summary>
    public SqliteCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = Connection.CreateCommand();
            command.CommandText = sql;
            for (int i = 1; i <= values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            }

            _commands.Add(sql, command);
        }

        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        command.Transaction = _transaction;
        return command;
    }

    public int Execute(string sql, params ReadOnlySpan<object?> values) => Command(sql, values).ExecuteNonQuery();

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        Rollback();
        Connection.Dispose();
    }

    public static DePinException StorageFailed(string message, Exception inner, Fault fault = Fault.Provider) =>
        new(DePinErrorCode.StorageFailed, fault, message, isTransient: inner is SqliteException { SqliteErrorCode: 5 or 6 }, inner);

    private void EnsureSchema(int applicationId, int version, string schema)
    {
        Begin();
        var found = (Id: ReadPragma("application_id"), Version: ReadPragma("user_version"));
        if (found is { Id: 0, Version: 0 })
        {
            using (var create = Connection.CreateCommand())
            {
                create.Transaction = _transaction;
                create.CommandText = $"{schema}; PRAGMA application_id = {applicationId}; PRAGMA user_version = {version};";
                create.ExecuteNonQuery();
            }

            Commit();
            return;
        }

        Rollback();
        if (found.Id != applicationId || found.Version != version)
        {
            throw new DePinException(
                DePinErrorCode.StorageFailed,
                Fault.Provider,
                $"'{Connection.DataSource}' is another kind of file or of another version (id {found.Id}, version {found.Version}; id {applicationId}, version {version} is needed). Name another file, or use the release that wrote it.");
        }
    }

    private long ReadPragma(string name) => (long)Command($"PRAGMA {name}").ExecuteScalar()!;
}
