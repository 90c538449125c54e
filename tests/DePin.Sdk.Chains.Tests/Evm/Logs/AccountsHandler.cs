using System.Buffers.Binary;
using DePin.Sdk.Chains.Evm.Logs;
using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Tests.Evm.Logs;

/// <summary>Tables whose rows are inserted, replaced, updated and deleted, so that undoing needs every kind of inverse; and a plain model of what they should hold.</summary>
internal sealed class AccountsHandler : IEvmLogHandler
{
    public string Schema => """
        CREATE TABLE account (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, note TEXT);
        CREATE TABLE "odd 'name" (key BLOB UNIQUE, "a ""column" REAL, block INTEGER);
        CREATE TABLE journal (block INTEGER NOT NULL, log INTEGER NOT NULL, PRIMARY KEY (block, log))
        """;

    /// <summary>Runs in the middle of a block's effects.</summary>
    public Action? OnApply { get; set; }

    /// <summary>Runs after a commit.</summary>
    public Action? OnCommitted { get; set; }

    public void Apply(EvmLogBlock block, IReadOnlyList<EvmLog> logs, EvmLogTransaction transaction)
    {
        foreach (var log in logs)
        {
            // A log that is applied twice breaks the primary key.
            transaction.Execute("INSERT INTO journal (block, log) VALUES ($1, $2)", (long)block.Number, (long)log.LogIndex);
            var account = (long)log.Data.Span[0];
            var amount = (long)BinaryPrimitives.ReadUInt32BigEndian(log.Data.Span[1..]);
            switch ((SimulatedChain.OperationKind)(int)(ulong)log.Topics[0].ToUInt256())
            {
                case SimulatedChain.OperationKind.Set:
                    transaction.Execute("INSERT OR REPLACE INTO account (id, amount, note) VALUES ($1, $2, 'it''s ' || $2)", account, amount);
                    break;
                case SimulatedChain.OperationKind.Add:
                    transaction.Execute("INSERT INTO account (id, amount) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET amount = amount + $2", account, amount);
                    break;
                case SimulatedChain.OperationKind.Remove:
                    transaction.Execute("DELETE FROM account WHERE id = $1", account);
                    break;
                default:
                    transaction.Execute("DELETE FROM account");
                    break;
            }

            transaction.Execute("INSERT OR REPLACE INTO \"odd 'name\" (key, \"a \"\"column\", block) VALUES ($1, $2 / 7.0, $3)", log.Data.Slice(0, 1).ToArray(), amount, (long)block.Number);
            OnApply?.Invoke();
        }
    }

    public void Committed() => OnCommitted?.Invoke();

    /// <summary>What the tables hold, as text.</summary>
    public static string Dump(EvmLogFollower follower) => follower.Read(transaction =>
    {
        var lines = new List<string>();
        foreach (var query in (string[])["SELECT id || '=' || amount || ' ' || ifnull(note, '-') FROM account ORDER BY id", "SELECT hex(key) || '=' || block || ' ' || \"a \"\"column\" FROM \"odd 'name\" ORDER BY key", "SELECT block || '/' || log FROM journal ORDER BY block, log"])
        {
            using var reader = transaction.Query(query);
            while (reader.Read())
            {
                lines.Add(reader.GetString(0));
            }
        }

        return string.Join('\n', lines);
    });

    /// <summary>What the tables should hold for a chain.</summary>
    public static string Expect(SimulatedChain chain, ulong start = 0)
    {
        var accounts = new SortedDictionary<byte, (long Amount, string Note)>();
        var odd = new SortedDictionary<byte, (ulong Block, double Value)>();
        var journal = new List<string>();
        foreach (var block in chain.Blocks.Where(block => block.Header.Number >= start))
        {
            foreach (var (operation, index) in block.Operations.Select((operation, index) => (operation, index)))
            {
                journal.Add($"{block.Header.Number}/{3 * index}");
                odd[operation.Account] = (block.Header.Number, operation.Amount / 7.0);
                switch (operation.Kind)
                {
                    case SimulatedChain.OperationKind.Set:
                        accounts[operation.Account] = (operation.Amount, $"it's {operation.Amount}");
                        break;
                    case SimulatedChain.OperationKind.Add:
                        var known = accounts.GetValueOrDefault(operation.Account, (0, "-"));
                        accounts[operation.Account] = known with { Item1 = known.Item1 + operation.Amount };
                        break;
                    case SimulatedChain.OperationKind.Remove:
                        accounts.Remove(operation.Account);
                        break;
                    default:
                        accounts.Clear();
                        break;
                }
            }
        }

        return string.Join('\n',
        [
            .. accounts.Select(account => $"{account.Key}={account.Value.Amount} {account.Value.Note}"),
            .. odd.Select(row => $"{row.Key:X2}={row.Value.Block} {Sql(row.Value.Value)}"),
            .. journal,
        ]);
    }

    // SQLite writes a real with at most 15 significant digits, and always with a point.
    private static string Sql(double value)
    {
        var text = value.ToString("G15", System.Globalization.CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
    }
}
