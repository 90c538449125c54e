using System.Text.Json;
using DePin.Sdk.Chains.Solana.Encoding;

namespace DePin.Sdk.Chains.Solana.Rpc.Internal;

/// <summary>Reads a transaction on the chain, and what it did.</summary>
internal static class SolanaTransactionReader
{
    private const int MaxTransactionBytes = 1232;
    private const int MaxAccounts = 256;
    private const int MaxInstructions = 256;
    private const int MaxBase58Length = Base58.MaxBytes * 138 / 100;

    public static SolanaTransactionRecord Record(JsonElement result)
    {
        var meta = result.Field("meta"u8);
        var before = Balances(meta.Field("preBalances"u8));
        var after = Balances(meta.Field("postBalances"u8));
        var record = new SolanaTransactionRecord
        {
            Slot = result.Field("slot"u8).Number(),
            BlockTime = result.Optional("blockTime"u8)?.Time(),
            Transaction = result.Field("transaction"u8).Bytes(MaxTransactionBytes),
            Error = SolanaErrorReader.Error(meta.Field("err"u8)),
            Fee = meta.Field("fee"u8).Number(),
            ComputeUnitsConsumed = meta.Optional("computeUnitsConsumed"u8)?.Number(),
            LogMessages = meta.Optional("logMessages"u8) is { } logs ? SolanaTypes.Logs(logs) : [],
            PreBalances = before,
            PostBalances = after,
            PreTokenBalances = TokenBalances(meta.Optional("preTokenBalances"u8), before.Count),
            PostTokenBalances = TokenBalances(meta.Optional("postTokenBalances"u8), before.Count),
            LoadedAddresses = meta.Optional("loadedAddresses"u8) is { } loaded ? new SolanaLoadedAddresses(Addresses(loaded.Field("writable"u8)), Addresses(loaded.Field("readonly"u8))) : new([], []),
            InnerInstructions = meta.Optional("innerInstructions"u8) is { } inner ? [.. inner.Items(MaxInstructions, group => Inner(group, before.Count)).SelectMany(group => group)] : [],
        };
        return after.Count == before.Count && record.LoadedAddresses.Writable.Count + record.LoadedAddresses.ReadOnly.Count < before.Count
            ? record
            : throw new SolanaFormatException("A transaction has as many balances before as after, one for each account.", 0);
    }

    private static List<ulong> Balances(JsonElement balances) => balances.Items(MaxAccounts, SolanaReader.Number);

    private static List<SolanaAddress> Addresses(JsonElement addresses) => addresses.Items(MaxAccounts, SolanaReader.Address);

    private static List<SolanaTokenBalance> TokenBalances(JsonElement? balances, int accounts)
    {
        if (balances is not { } given)
        {
            return [];
        }

        var read = given.Items(MaxAccounts, balance => TokenBalance(balance, accounts));
        return read.DistinctBy(balance => balance.AccountIndex).Count() == read.Count ? read : throw new SolanaFormatException("A token account has two balances.", 0);
    }

    private static SolanaTokenBalance TokenBalance(JsonElement balance, int accounts)
    {
        var amount = balance.Field("uiTokenAmount"u8);
        return new SolanaTokenBalance
        {
            AccountIndex = balance.Field("accountIndex"u8).Index(accounts),
            Mint = balance.Field("mint"u8).Address(),
            Owner = AddressOrNull(balance.Optional("owner"u8)),
            TokenProgram = AddressOrNull(balance.Optional("programId"u8)),
            Amount = amount.Field("amount"u8).Amount(),
            Decimals = amount.Field("decimals"u8).Index(256),
        };
    }

    // Nodes write an empty text for what they did not keep.
    private static SolanaAddress? AddressOrNull(JsonElement? address) => address is { } given && !given.ValueEquals(""u8) ? given.Address() : null;

    private static List<SolanaInnerInstruction> Inner(JsonElement group, int accounts)
    {
        int index = group.Field("index"u8).Index(MaxInstructions);
        return group.Field("instructions"u8).Items(MaxInstructions, call => new SolanaInnerInstruction
        {
            InstructionIndex = index,
            ProgramIndex = call.Field("programIdIndex"u8).Index(accounts),
            AccountIndexes = call.Field("accounts"u8).Items(MaxAccounts, account => account.Index(accounts)),
            Data = Data(call.Field("data"u8).GetString()),
            StackHeight = call.Optional("stackHeight"u8)?.Index(256),
        });
    }

    private static byte[]? Data(string? text) => text is null ? throw new SolanaFormatException("An instruction has no data.", 0)
        : text.Length > MaxBase58Length ? null
        : Base58.Decode(text);
}
