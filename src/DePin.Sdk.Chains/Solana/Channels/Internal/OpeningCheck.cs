using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Solana.Channels.Internal;

/// <summary>What a sponsor must know of a transaction before it signs: that it opens one channel, takes nothing of the sponsor's but fee and rent, and does nothing else.</summary>
internal sealed record OpeningCheck(ChannelView Channel)
{
    private const uint MaxComputeUnits = 400_000;
    private const int OpenAccounts = 14;
    private const int SplitsOffset = 29;

    /// <summary>Reads an opening, by building it anew from what it says and comparing.</summary>
    /// <param name="program">The program that must be called.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="sponsor">Who is to sign.</param>
    /// <param name="maxComputeUnitPrice">The most micro-lamports a compute unit that the sponsor pays.</param>
    /// <exception cref="SettlementException">It is anything else.</exception>
    public static OpeningCheck Read(PaymentChannelProgram program, SolanaTransaction transaction, SolanaAddress sponsor, ulong maxComputeUnitPrice)
    {
        var message = transaction.Message;
        if (message.FeePayer != sponsor || message.TableLookups.Count > 0 || message.SignerCount != 2)
        {
            throw Refuse("it names another sponsor, other signers or lookup tables");
        }

        var instructions = new List<SolanaInstruction>();
        foreach (var compiled in message.Instructions)
        {
            var accounts = compiled.AccountIndexes.ToArray().Select(at => new SolanaAccountMeta(message.StaticAccounts[at], message.IsSigner(at), message.IsWritable(at))).ToArray();
            instructions.Add(new SolanaInstruction(message.StaticAccounts[compiled.ProgramIndex], accounts, compiled.Data));
        }

        var opening = instructions.Count is > 0 and <= 3 ? instructions[^1] : throw Refuse("it does more than open a channel");
        if (instructions.SkipLast(1).Any(budget => !IsFair(budget, maxComputeUnitPrice)))
        {
            throw Refuse("it does more than open a channel, or asks for too high a priority fee");
        }

        var (channel, expected) = ReadOpening(program, opening, sponsor);

        // The whole, built anew: another role of an account would show, and so would another account.
        SolanaInstruction[] all = [.. instructions.SkipLast(1).Select(budget => budget with { Accounts = [] }), expected];
        var rebuilt = SolanaMessage.Compile(sponsor, all, message.RecentBlockhash, null, message.Version);
        if (!Roles(rebuilt).SetEquals(Roles(message)) || rebuilt.Encoded.Length != message.Encoded.Length)
        {
            throw Refuse("its accounts are not those of an opening");
        }

        return new OpeningCheck(channel);
    }

    private static (ChannelView Channel, SolanaInstruction Expected) ReadOpening(PaymentChannelProgram program, SolanaInstruction opening, SolanaAddress sponsor)
    {
        var data = opening.Data.Span;
        if (opening.ProgramId != program.ProgramId || opening.Accounts.Count != OpenAccounts || data.Length != SplitsOffset + sizeof(uint) || data[0] != 1)
        {
            throw Refuse("its last instruction opens no channel whose payee gets everything");
        }

        var at = opening.Accounts;
        var terms = new PaymentChannelTerms(
            at[0].Address, at[2].Address, at[3].Address, at[4].Address, BinaryPrimitives.ReadUInt64LittleEndian(data[1..]), BinaryPrimitives.ReadUInt64LittleEndian(data[21..]));
        var (deposit, gracePeriod, tokenProgram) = (BinaryPrimitives.ReadUInt64LittleEndian(data[9..]), BinaryPrimitives.ReadUInt32LittleEndian(data[17..]), at[8].Address);
        if (terms.Payer == sponsor || deposit == 0 || gracePeriod == 0 || !TokenProgram.IsTokenProgram(tokenProgram))
        {
            throw Refuse("the sponsor would be its payer, or it deposits nothing");
        }

        var expected = program.Open(terms, sponsor, tokenProgram, deposit, gracePeriod, PaymentChannelSplits.None);
        if (!expected.Data.Span.SequenceEqual(data) || !expected.Accounts.Select(account => account.Address).SequenceEqual(at.Select(account => account.Address)))
        {
            throw Refuse("its accounts are not those of an opening");
        }

        var account = new PaymentChannelAccount { Terms = terms, Deposit = deposit, GracePeriod = gracePeriod, DistributionHash = PaymentChannelSplits.None.Hash, RentPayer = sponsor };
        return (new ChannelView(program.FindChannel(terms, out _), account, tokenProgram), expected);
    }

    private static bool IsFair(SolanaInstruction instruction, ulong maxComputeUnitPrice)
    {
        var data = instruction.Data.Span;
        return instruction.ProgramId == ComputeBudgetProgram.ProgramId && instruction.Accounts.Count == 0 && data.Length > 0
            && ((data[0] == 2 && data.Length == 5 && BinaryPrimitives.ReadUInt32LittleEndian(data[1..]) <= MaxComputeUnits)
                || (data[0] == 3 && data.Length == 9 && BinaryPrimitives.ReadUInt64LittleEndian(data[1..]) <= maxComputeUnitPrice));
    }

    private static HashSet<(SolanaAddress, bool, bool)> Roles(SolanaMessage message) =>
        [.. message.StaticAccounts.Select((address, i) => (address, message.IsSigner(i), message.IsWritable(i)))];

    private static SettlementException Refuse(string reason) => new(DePinErrorCode.InvalidRequest, Fault.Consumer, $"The transaction is not signed: {reason}.");
}
