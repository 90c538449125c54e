using DePin.Sdk.Storage;
using Microsoft.Data.Sqlite;

namespace DePin.Sdk.Chains.Evm.Logs.Internal;

/// <summary>
/// Takes back what blocks did to a handler's tables. Triggers write the inverse statement of every change of a row, with the block that is being applied;
/// to undo a block is to run its statements, the last one first. So no handler can undo wrongly, or forget a table.
/// </summary>
/// <remarks>
/// The triggers are silent while <c>follower.applying</c> is null: while catching up behind the horizon, and while undoing. With recursive triggers on, the
/// rows that <c>INSERT OR REPLACE</c> removes are journaled too (sqlite.org/lang_conflict.html, REPLACE).
/// </remarks>
internal static class UndoJournal
{
    public const string Schema = "CREATE TABLE follower_undo (seq INTEGER PRIMARY KEY AUTOINCREMENT, block INTEGER NOT NULL, sql TEXT NOT NULL)";

    private const string When = "WHEN (SELECT applying FROM follower) IS NOT NULL";

    private const string Into = "INSERT INTO follower_undo (block, sql) SELECT applying,";

    /// <summary>To be set on each connection that writes.</summary>
    public static void EnableOn(SqliteDatabase database) => database.Execute("PRAGMA recursive_triggers = ON");

    /// <summary>Journals the changes of every table but the follower's own.</summary>
    /// <exception cref="ArgumentException">A table has no rowid.</exception>
    public static void Install(SqliteDatabase database)
    {
        foreach (var table in ListTables(database))
        {
            RequireRowId(database, table);
            foreach (var trigger in TriggersOf(database, table))
            {
                database.Execute(trigger);
            }
        }
    }

    /// <summary>Takes back the blocks above a number.</summary>
    public static void Undo(SqliteDatabase database, long keep)
    {
        // Statements in between may leave a row without its parent.
        database.Execute("PRAGMA defer_foreign_keys = ON");
        var statements = new List<string>();
        using (var reader = database.Command("SELECT sql FROM follower_undo WHERE block > $1 ORDER BY seq DESC", keep).ExecuteReader())
        {
            while (reader.Read())
            {
                statements.Add(reader.GetString(0));
            }
        }

        // Not kept prepared: each holds its values.
        using var command = database.Connection.CreateCommand();
        foreach (var statement in statements)
        {
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }

        database.Execute("DELETE FROM follower_undo WHERE block > $1", keep);
    }

    /// <summary>Forgets blocks that will not be undone.</summary>
    public static void Forget(SqliteDatabase database, long below) => database.Execute("DELETE FROM follower_undo WHERE block < $1", below);

    private static List<string> ListTables(SqliteDatabase database)
    {
        var tables = new List<string>();
        using var reader = database.Command("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite^_%' ESCAPE '^' AND name NOT IN ('follower', 'follower_ring', 'follower_undo')").ExecuteReader();
        while (reader.Read())
        {
            tables.Add(reader.GetString(0));
        }

        return tables;
    }

    private static void RequireRowId(SqliteDatabase database, string table)
    {
        using var probe = database.Connection.CreateCommand();
        probe.CommandText = $"SELECT rowid FROM {Quote(table)} LIMIT 0";
        try
        {
            probe.ExecuteNonQuery();
        }
        catch (SqliteException missing)
        {
            throw new ArgumentException($"The table '{table}' has no rowid, by which its changes are undone; leave WITHOUT ROWID out.", missing);
        }
    }

    private static string[] TriggersOf(SqliteDatabase database, string table)
    {
        var columns = ListColumns(database, table);
        var name = Quote(table);
        var literal = table.Replace("'", "''", StringComparison.Ordinal).Replace("\"", "\"\"", StringComparison.Ordinal);
        var sets = string.Join("||','||", columns.Select(column => $"'{Escape(column)}='||quote(OLD.{column})"));
        var names = Escape(string.Join(',', columns));
        var values = string.Join("||','||", columns.Select(column => $"quote(OLD.{column})"));
        return
        [
            $"CREATE TRIGGER {Quote("follower_insert_" + table)} AFTER INSERT ON {name} {When} BEGIN {Into} 'DELETE FROM \"{literal}\" WHERE rowid='||NEW.rowid FROM follower; END",
            $"CREATE TRIGGER {Quote("follower_update_" + table)} AFTER UPDATE ON {name} {When} BEGIN {Into} 'UPDATE \"{literal}\" SET rowid='||OLD.rowid||','||{sets}||' WHERE rowid='||NEW.rowid FROM follower; END",
            $"CREATE TRIGGER {Quote("follower_delete_" + table)} AFTER DELETE ON {name} {When} BEGIN {Into} 'INSERT INTO \"{literal}\" (rowid,{names}) VALUES ('||OLD.rowid||','||{values}||')' FROM follower; END",
        ];
    }

    private static List<string> ListColumns(SqliteDatabase database, string table)
    {
        var columns = new List<string>();
        using var reader = database.Command("SELECT name FROM pragma_table_info($1)", table).ExecuteReader();
        while (reader.Read())
        {
            columns.Add(Quote(reader.GetString(0)));
        }

        return columns;
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Escape(string text) => text.Replace("'", "''", StringComparison.Ordinal);
}
