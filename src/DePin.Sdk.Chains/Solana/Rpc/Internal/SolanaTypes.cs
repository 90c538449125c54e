using System.Text.Json;
using DePin.Sdk.Chains.Solana.Encoding;

namespace DePin.Sdk.Chains.Solana.Rpc.Internal;

/// <summary>Accounts, statuses and the rest, read from a node's answer.</summary>
internal static class SolanaTypes
{
    /// <summary>What an account's data can have (Solana's MAX_PERMITTED_DATA_LENGTH).</summary>
    private const int MaxAccountBytes = 10 * 1024 * 1024;

    private const int MaxLogs = 10_000;
    private const int MaxLogLength = 64 * 1024;
    private const int MaxReturnBytes = 1024;
    private const int MaxFees = 1024;

    public static SolanaAccount Account(JsonElement account, ulong slot)
    {
        byte[] data = account.Field("data"u8).Bytes(MaxAccountBytes);
        if (account.Optional("space"u8)?.Number() is { } space && space != (ulong)data.Length)
        {
            throw new SolanaFormatException("An account's data is not as long as it says.", 0);
        }

        return new SolanaAccount
        {
            Owner = account.Field("owner"u8).Address(),
            Lamports = account.Field("lamports"u8).Number(),
            Data = data,
            IsExecutable = account.Field("executable"u8).GetBoolean(),
            Slot = slot,
        };
    }

    public static SolanaAccount? AccountOrNull(JsonElement account, ulong slot) => account.ValueKind == JsonValueKind.Null ? null : Account(account, slot);

    public static SolanaProgramAccount ProgramAccount(JsonElement found, ulong slot) => new(found.Field("pubkey"u8).Address(), Account(found.Field("account"u8), slot));

    public static SolanaLatestBlockhash LatestBlockhash(JsonElement result)
    {
        var (slot, value) = result.InContext();
        return new SolanaLatestBlockhash
        {
            Blockhash = value.Field("blockhash"u8).Hash(),
            LastValidBlockHeight = value.Field("lastValidBlockHeight"u8).Number(),
            Slot = slot,
        };
    }

    public static SolanaEpochInfo EpochInfo(JsonElement result)
    {
        var info = new SolanaEpochInfo
        {
            Slot = result.Field("absoluteSlot"u8).Number(),
            BlockHeight = result.Field("blockHeight"u8).Number(),
            Epoch = result.Field("epoch"u8).Number(),
        };
        return info.BlockHeight <= info.Slot ? info : throw new SolanaFormatException("There are more blocks than slots.", 0);
    }

    public static SolanaSignatureStatus? Status(JsonElement status)
    {
        if (status.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        ulong? confirmations = status.Optional("confirmations"u8)?.Number();
        return new SolanaSignatureStatus
        {
            Slot = status.Field("slot"u8).Number(),
            Confirmations = confirmations,

            // Nodes leave it away for transactions of before it existed; without a count of confirmations those are rooted.
            Commitment = status.Optional("confirmationStatus"u8)?.Commitment() ?? (confirmations is null ? SolanaCommitment.Finalized : SolanaCommitment.Processed),
            Error = SolanaErrorReader.Error(status.Field("err"u8)),
        };
    }

    public static SolanaSignatureInfo SignatureInfo(JsonElement info) => new()
    {
        Signature = info.Field("signature"u8).Signature(),
        Slot = info.Field("slot"u8).Number(),
        BlockTime = info.Optional("blockTime"u8)?.Time(),
        Commitment = info.Optional("confirmationStatus"u8)?.Commitment(),
        Error = SolanaErrorReader.Error(info.Field("err"u8)),
    };

    public static SolanaSimulation Simulation(JsonElement result, int accounts)
    {
        var (slot, value) = result.InContext();
        var read = new SolanaSimulation
        {
            Slot = slot,
            Error = SolanaErrorReader.Error(value.Field("err"u8)),
            Logs = value.Optional("logs"u8) is { } logs ? Logs(logs) : [],
            UnitsConsumed = value.Optional("unitsConsumed"u8)?.Number(),
            ReturnData = value.Optional("returnData"u8)?.Field("data"u8).Bytes(MaxReturnBytes) ?? [],
            Accounts = value.Optional("accounts"u8)?.Items(accounts, account => AccountOrNull(account, slot)) ?? [],
        };
        return read.Accounts.Count == accounts || (read.Accounts.Count == 0 && read.Error is not null)
            ? read
            : throw new SolanaFormatException($"There are {read.Accounts.Count} accounts where {accounts} were asked for.", 0);
    }

    public static List<string> Logs(JsonElement logs) => logs.Items(MaxLogs, log => log.Text(MaxLogLength));

    public static List<SolanaPrioritizationFee> Fees(JsonElement result)
        => result.Items(MaxFees, fee => new SolanaPrioritizationFee(fee.Field("slot"u8).Number(), fee.Field("prioritizationFee"u8).Number()));

    public static SolanaSlotInfo SlotInfo(JsonElement result)
    {
        var info = new SolanaSlotInfo(result.Field("slot"u8).Number(), result.Field("parent"u8).Number(), result.Field("root"u8).Number());
        return info.Root <= info.Slot && info.Parent <= info.Slot ? info : throw new SolanaFormatException("A slot is older than its parent or its root.", 0);
    }

    public static SolanaSignatureNotification SignatureNotification(JsonElement result)
    {
        var (slot, value) = result.InContext();
        return new SolanaSignatureNotification { Slot = slot, Error = SolanaErrorReader.Error(value.Field("err"u8)) };
    }

    /// <summary>The first signature of a transaction, by which it is known; null when the bytes have none.</summary>
    public static SolanaSignature? FirstSignature(ReadOnlySpan<byte> transaction)
    {
        try
        {
            int offset = 0;
            ushort count = CompactU16.Read(transaction, ref offset);
            return count > 0 && transaction.Length - offset > SolanaSignature.SizeInBytes ? new SolanaSignature(transaction.Slice(offset, SolanaSignature.SizeInBytes)) : null;
        }
        catch (SolanaFormatException)
        {
            return null;
        }
    }
}
