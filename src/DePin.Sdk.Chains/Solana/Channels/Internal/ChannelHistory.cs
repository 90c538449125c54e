using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Solana.Channels.Internal;

/// <summary>How channels ended whose accounts are gone, told by the transactions that named them: deposits by what opened and topped up, the settled total by the vouchers that were applied.</summary>
internal sealed class ChannelHistory(SolanaClient client, PaymentChannelProgram program, TokenDesk tokens)
{
    private const int MaxTransactions = 3_000;
    private const int PageSize = 1_000;

    // Before a channel is opened its address can be sent something, and that is all.
    private const int MaxBeforeOpening = 5;

    /// <summary>The channel as it ended; null when no transaction opened one at this address, or it has not ended.</summary>
    public async Task<ChannelView?> RebuildAsync(SolanaAddress channel, CancellationToken cancellationToken)
    {
        var infos = new List<SolanaSignatureInfo>();
        SolanaSignature? before = null;
        while (infos.Count < MaxTransactions)
        {
            var page = await client.GetSignaturesForAddressAsync(channel, PageSize, before, cancellationToken: cancellationToken).ConfigureAwait(false);
            infos.AddRange(page);
            if (page.Count < PageSize)
            {
                break;
            }

            before = page[^1].Signature;
        }

        infos.Reverse();
        var state = new State(channel);
        int seen = 0;
        foreach (var info in infos.Where(info => info.Error is null))
        {
            var record = await client.GetTransactionAsync(info.Signature, cancellationToken: cancellationToken).ConfigureAwait(false)
                ?? throw new SolanaRpcException(SolanaRpcError.SlotUnavailable, $"The node lists the transaction {info.Signature} of the channel {channel} and does not have it; ask one that keeps history.");
            if (record.Error is null)
            {
                Apply(record, ref state);
            }

            // Anybody may ask for any address, and busy ones have long histories.
            if (state.Account is null && ++seen >= MaxBeforeOpening)
            {
                return null;
            }
        }

        if (state.Account is not { } account || !state.IsDistributed)
        {
            return null;
        }

        account = account with { Status = PaymentChannelStatus.Distributed, PayoutWatermark = account.Settled };
        return new ChannelView(channel, account, await tokens.GetProgramAsync(account.Terms.Mint, cancellationToken).ConfigureAwait(false));
    }

    private void Apply(SolanaTransactionRecord record, ref State state)
    {
        var message = SolanaTransaction.Deserialize(record.Transaction.Span).Message;
        SolanaAddress[] accounts = [.. message.StaticAccounts, .. record.LoadedAddresses.Writable, .. record.LoadedAddresses.ReadOnly];
        for (int i = 0; i < message.Instructions.Count; i++)
        {
            var outer = message.Instructions[i];
            Apply(accounts, message, i, outer.ProgramIndex, [.. outer.AccountIndexes.ToArray().Select(index => (int)index)], outer.Data.Span, ref state);
            foreach (var inner in record.InnerInstructions)
            {
                if (inner.InstructionIndex == i && inner.Data is { } data)
                {
                    Apply(accounts, message, i, inner.ProgramIndex, inner.AccountIndexes, data.Span, ref state);
                }
            }
        }
    }

    private void Apply(SolanaAddress[] accounts, SolanaMessage message, int index, int programIndex, IReadOnlyList<int> indexes, ReadOnlySpan<byte> data, ref State state)
    {
        if (programIndex >= accounts.Length || accounts[programIndex] != program.ProgramId || data.IsEmpty || indexes.Any(at => at >= accounts.Length))
        {
            return;
        }

        switch (data[0])
        {
            case 1 when Is(5, state) && data.Length >= 33 && indexes.Count == 14:
                state.Account = ReadOpening(accounts, indexes, data, state.Channel);
                break;
            case 3 when Is(1, state) && data.Length == 9 && state.Account is { } account:
                state.Account = account with { Deposit = account.Deposit + BinaryPrimitives.ReadUInt64LittleEndian(data[1..]) };
                break;
            case 2 when Is(0, state):
            case 4 when Is(1, state) && data.Length == 2 && data[1] != 0:
                Settle(accounts, message, index, ref state);
                break;
            case 7 when Is(0, state):
                state.IsDistributed |= state.IsSealed;
                break;
            default:
                break;
        }

        state.IsSealed |= (data[0] == 4 && Is(1, state)) || (data[0] == 6 && Is(0, state));

        bool Is(int at, in State state) => indexes.Count > at && accounts[indexes[at]] == state.Channel;
    }

    /// <summary>The program takes the voucher that the instruction right before has checked.</summary>
    private static void Settle(SolanaAddress[] accounts, SolanaMessage message, int index, ref State state)
    {
        if (index > 0 && message.Instructions[index - 1] is var check && accounts[check.ProgramIndex] == Ed25519Program.ProgramId
            && check.Data.Length == Ed25519Program.MessageOffset + PaymentChannelVoucher.SizeInBytes
            && PaymentChannelVoucher.Parse(check.Data.Span[Ed25519Program.MessageOffset..]) is var voucher && voucher.Channel == state.Channel
            && state.Account is { } account && voucher.Cumulative > account.Settled)
        {
            state.Account = account with { Settled = voucher.Cumulative };
        }
    }

    private PaymentChannelAccount? ReadOpening(SolanaAddress[] accounts, IReadOnlyList<int> indexes, ReadOnlySpan<byte> data, SolanaAddress channel)
    {
        var terms = new PaymentChannelTerms(
            accounts[indexes[0]],
            accounts[indexes[2]],
            accounts[indexes[3]],
            accounts[indexes[4]],
            BinaryPrimitives.ReadUInt64LittleEndian(data[1..]),
            BinaryPrimitives.ReadUInt64LittleEndian(data[21..]));
        var splits = PaymentChannelSplits.Parse(data[29..]);
        return program.FindChannel(terms, out byte bump) != channel || splits.Entries.Count > 0 ? null : new PaymentChannelAccount
        {
            Terms = terms,
            Bump = bump,
            Deposit = BinaryPrimitives.ReadUInt64LittleEndian(data[9..]),
            GracePeriod = BinaryPrimitives.ReadUInt32LittleEndian(data[17..]),
            DistributionHash = splits.Hash,
            RentPayer = accounts[indexes[1]],
        };
    }

    private struct State(SolanaAddress channel)
    {
        public readonly SolanaAddress Channel => channel;

        public PaymentChannelAccount? Account { get; set; }

        public bool IsSealed { get; set; }

        public bool IsDistributed { get; set; }
    }
}
