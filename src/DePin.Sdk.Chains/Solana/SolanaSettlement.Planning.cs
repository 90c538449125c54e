using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Channels.Internal;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Solana;

/// <content>Which instructions settle what, and which of them share a transaction.</content>
public sealed partial class SolanaSettlement
{
    // The sender adds both to every transaction.
    private static readonly SolanaInstruction[] ComputeBudget = [ComputeBudgetProgram.SetComputeUnitLimit(ComputeBudgetProgram.MaxUnits), ComputeBudgetProgram.SetComputeUnitPrice(ulong.MaxValue)];

    /// <summary>The transactions: open channels share them, and a closing one has its own, in which the payee's gain is what it paid.</summary>
    private async Task<List<Batch>> PlanAsync(Claim[] claims, SolanaSender sender, SolanaAddress submitter, bool isAlone, CancellationToken cancellationToken)
    {
        var owners = claims.SelectMany(claim => OwnersOf(claim.View)).Distinct().ToArray();
        var accounts = owners.Zip(await _tokens.InspectAsync(owners, sender.FeePayer, cancellationToken).ConfigureAwait(false)).ToDictionary(row => row.First, row => row.Second);
        var groups = new IReadOnlyList<SolanaInstruction>[claims.Length];
        for (int i = 0; i < claims.Length; i++)
        {
            var claim = claims[i];
            var problem = claim.View.IsEscrowFrozen ? "its escrow is frozen" : OwnersOf(claim.View).Select(owner => accounts[owner].Problem).FirstOrDefault(problem => problem is not null);
            if (problem is not null)
            {
                // Of an open channel anybody can pay out what is settled, so it is better not settled; a closing one loses what is not, and a frozen escrow pays nobody.
                if (claim.View.IsOpen && !claim.View.IsEscrowFrozen)
                {
                    throw Refuse(DePinErrorCode.ChannelState, Fault.Consumer, problem);
                }

                ChannelLog.NotPaidOut(_logger, claim.View.Address, problem);
            }

            var making = problem is null ? OwnersOf(claim.View).Select(owner => accounts[owner].Making).OfType<SolanaInstruction>() : [];
            groups[i] = [.. making, .. InstructionsOf(claim, submitter, isPaidOut: problem is null)];
        }

        var batches = new List<Batch>();
        int[] shared = [.. Enumerable.Range(0, claims.Length).Where(i => claims[i].View.IsOpen && !isAlone)];
        foreach (var pack in InstructionPacker.Pack(sender.FeePayer, [.. shared.Select(i => groups[i])], _options.LookupTables, ComputeBudget))
        {
            batches.Add(new Batch(pack.Instructions, [.. pack.Groups.Select(group => claims[shared[group]])]));
        }

        batches.AddRange(Enumerable.Range(0, claims.Length).Except(shared).Select(i => new Batch(groups[i], [claims[i]])));
        return batches;
    }

    private IEnumerable<(SolanaAddress Owner, SolanaAddress Mint, SolanaAddress Program)> OwnersOf(ChannelView view)
    {
        if (view.IsEscrowFrozen)
        {
            yield break;
        }

        yield return (view.Terms.Payee, view.Terms.Mint, view.TokenProgram);
        yield return (Program.TreasuryOwner, view.Terms.Mint, view.TokenProgram);
        if (view.IsClosing)
        {
            yield return (view.Terms.Payer, view.Terms.Mint, view.TokenProgram);
        }
    }

    private IEnumerable<SolanaInstruction> InstructionsOf(Claim claim, SolanaAddress submitter, bool isPaidOut)
    {
        var view = claim.View;
        if (claim.Kind == ClaimKind.Settle)
        {
            yield return Check(view, claim.Voucher);
        }

        if (view.IsClosing)
        {
            yield return Program.SettleAndSeal(view.Address, submitter, claim.Kind == ClaimKind.Settle);
        }
        else if (claim.Kind == ClaimKind.Settle)
        {
            yield return Program.Settle(view.Address);
        }

        if (isPaidOut)
        {
            yield return Program.Distribute(view.Address, view.Terms, view.Account.RentPayer, view.TokenProgram, PaymentChannelSplits.None);
        }
    }

    private enum ClaimKind
    {
        Nothing,
        Settle,

        // Settled by somebody who left the payout to others.
        PayOut,
    }

    private sealed record Claim(int Index, ChannelView View, SignedVoucher Voucher, ClaimKind Kind);

    private sealed record Batch(IReadOnlyList<SolanaInstruction> Instructions, Claim[] Claims);
}
