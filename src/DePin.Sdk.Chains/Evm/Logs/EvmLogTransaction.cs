using DePin.Sdk.Storage;
using Microsoft.Data.Sqlite;

namespace DePin.Sdk.Chains.Evm.Logs;

/// <summary>The open SQLite transaction that a follower's position and a handler's effects share. Valid during the call that it is passed to.</summary>
public sealed class EvmLogTransaction
{
    private readonly SqliteDatabase _database;

    internal EvmLogTransaction(SqliteDatabase database) => _database = database;

    /// <summary>Runs a statement, which is prepared once and kept.</summary>
    /// <param name="sql">The statement; its parameters are <c>$1</c>, <c>$2</c>, …</param>
    /// <param name="values">Their values: integers, texts, byte arrays or null.</param>
    /// <returns>How many rows it changed.</returns>
    /// <exception cref="SqliteException">SQLite refuses it; the whole block is rolled back.</exception>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => _database.Execute(sql, values);

    /// <summary>Runs a query, which is prepared once and kept. Dispose the reader before the same query is run again.</summary>
    /// <param name="sql">The query; its parameters are <c>$1</c>, <c>$2</c>, …</param>
    /// <param name="values">Their values: integers, texts, byte arrays or null.</param>
    public SqliteDataReader Query(string sql, params ReadOnlySpan<object?> values) => _database.Command(sql, values).ExecuteReader();
}
