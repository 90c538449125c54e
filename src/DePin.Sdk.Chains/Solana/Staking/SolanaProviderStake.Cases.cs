using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Jobs;

namespace DePin.Sdk.Chains.Solana.Staking;

/// <content>Cases: from two receipts to what is slashed and collected.</content>
public sealed partial class SolanaProviderStake
{
    /// <summary>A case; null when there is none about the job.</summary>
    /// <param name="key">The key that signed the receipts.</param>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<ProviderStakeCase?> GetCaseAsync(SolanaAddress key, JobId job, CancellationToken cancellationToken = default) => GetCaseAsync(CaseOf(key, job), cancellationToken);

    /// <summary>A case; null when there is none at the address.</summary>
    /// <param name="entry">Its address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ProviderStakeCase?> GetCaseAsync(SolanaAddress entry, CancellationToken cancellationToken = default)
    {
        var account = await _client.GetAccountAsync(entry, cancellationToken: cancellationToken).ConfigureAwait(false);
        return account?.Owner == Program.ProgramId ? ProviderStakeCase.Parse(account.Data.Span) : null;
    }

    /// <summary>Opens a case: shows each receipt in a transaction of its own, where it was not shown yet, then posts the bond out of the sender's associated token account. A call that was cut off can be made again.</summary>
    /// <param name="sender">The reporter: it gets a part of the slash, and the bond back.</param>
    /// <param name="evidence">What proves it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The case's address.</returns>
    /// <exception cref="SolanaSendException">The program refuses, or an outcome is unknown.</exception>
    public async Task<SolanaAddress> OpenCaseAsync(SolanaSender sender, SolanaReceiptEvidence evidence, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sender);
        ArgumentNullException.ThrowIfNull(evidence);
        var stake = Program.FindStake(Pool.Address, evidence.Key);
        var shown = evidence.Statements.Select(statement => Program.FindReceipt(stake, sender.FeePayer, statement.Bytes)).ToArray();
        var known = await _client.GetAccountsAsync(shown, cancellationToken: cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < shown.Length; i++)
        {
            if (known[i]?.Owner == Program.ProgramId)
            {
                continue;
            }

            var (bytes, signature) = evidence.Statements[i];
            await SendAsync(sender, [Ed25519Program.Verify(evidence.Key, signature, bytes), Program.ShowReceipt(stake, sender.FeePayer, bytes)], [], cancellationToken).ConfigureAwait(false);
        }

        await SendAsync(sender, [Program.OpenCase(Pool, evidence.Key, sender.FeePayer, evidence.JobId, shown[0], shown[1])], [], cancellationToken).ConfigureAwait(false);
        return Program.FindCase(stake, evidence.JobId);
    }

    /// <summary>Shows that the payer of the receipts' payment channel is the victim, who then gets its part of the slash; anybody may send it, as long as the case is open.</summary>
    /// <param name="sender">Who pays the fee.</param>
    /// <param name="entry">The case.</param>
    /// <param name="channel">What the channel's address is derived from.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<SolanaReceipt> NameVictimAsync(SolanaSender sender, SolanaAddress entry, PaymentChannelTerms channel, CancellationToken cancellationToken = default) =>
        SendAsync(sender, [Program.NameVictim(Pool, entry, channel)], [], cancellationToken);

    /// <summary>Does the same, and reads the channel's terms from its account.</summary>
    /// <param name="sender">Who pays the fee.</param>
    /// <param name="entry">The case.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.ChannelNotFound"/>: the case names no channel, or its account is gone; name the terms then.</exception>
    public async Task<SolanaReceipt> NameVictimAsync(SolanaSender sender, SolanaAddress entry, CancellationToken cancellationToken = default)
    {
        var channel = (await GetCaseAsync(entry, cancellationToken).ConfigureAwait(false))?.Channel ?? default;
        var account = channel.IsZero ? null : await _client.GetAccountAsync(channel, cancellationToken: cancellationToken).ConfigureAwait(false);
        return account?.Owner == Pool.Terms.ChannelsProgram
            ? await NameVictimAsync(sender, entry, PaymentChannelAccount.Parse(account.Data.Span).Terms, cancellationToken).ConfigureAwait(false)
            : throw new DePinException(
                DePinErrorCode.ChannelNotFound,
                Fault.Consumer,
                $"The case {entry} names no channel of the program {Pool.Terms.ChannelsProgram}, or the channel's account is gone; name its terms then. A free job has no victim.");
    }

    /// <summary>Doubles a case's veto window, once.</summary>
    /// <param name="guardian">The pool's guardian.</param>
    /// <param name="entry">The case.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ArgumentException">The sender's fee payer is not the guardian.</exception>
    public Task<SolanaReceipt> ExtendCaseAsync(SolanaSender guardian, SolanaAddress entry, CancellationToken cancellationToken = default) =>
        SendAsync(guardian, [Program.ExtendCase(Pool, entry)], [], cancellationToken);

    /// <summary>Ends a case without a slash, within its veto window.</summary>
    /// <param name="guardian">The pool's guardian.</param>
    /// <param name="entry">The case.</param>
    /// <param name="isBondLost">Whether the bond goes to the treasury, for a case that was an abuse.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ArgumentException">The sender's fee payer is not the guardian.</exception>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/>: there is no such case.</exception>
    public async Task<SolanaReceipt> VetoCaseAsync(SolanaSender guardian, SolanaAddress entry, bool isBondLost, CancellationToken cancellationToken = default)
    {
        var found = await RequireCaseAsync(entry, cancellationToken).ConfigureAwait(false);
        return await SendAsync(guardian, [Program.VetoCase(Pool, entry, found.Stake, isBondLost)], [], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends a case whose veto window is over, with a slash; anybody may send it.</summary>
    /// <param name="sender">Who pays the fee.</param>
    /// <param name="entry">The case.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/>: there is no such case.</exception>
    public async Task<SolanaReceipt> FinalizeCaseAsync(SolanaSender sender, SolanaAddress entry, CancellationToken cancellationToken = default)
    {
        var found = await RequireCaseAsync(entry, cancellationToken).ConfigureAwait(false);
        return await SendAsync(sender, [Program.FinalizeCase(Pool, entry, found.Stake)], [], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Pays what a case owes into the associated token account of who it owes, which is made where it is missing; anybody may send it.</summary>
    /// <param name="sender">Who pays the fee, and the rent of the account.</param>
    /// <param name="entry">The case.</param>
    /// <param name="who">Whom it owes.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/>: there is no such case.</exception>
    public async Task<SolanaReceipt> CollectAsync(SolanaSender sender, SolanaAddress entry, ProviderStakeBeneficiary who, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sender);
        var found = await RequireCaseAsync(entry, cancellationToken).ConfigureAwait(false);
        var owner = who switch
        {
            ProviderStakeBeneficiary.Victim => found.Victim,
            ProviderStakeBeneficiary.Reporter => found.Reporter,
            ProviderStakeBeneficiary.Treasury => Pool.Terms.Treasury,
            _ => throw new ArgumentOutOfRangeException(nameof(who), who, "Victim, reporter and treasury can be owed something."),
        };
        return await SendAsync(sender, [EnsureTokens(sender, owner), Program.Collect(Pool, entry, who, owner)], [], cancellationToken).ConfigureAwait(false);
    }

    private SolanaAddress CaseOf(SolanaAddress key, JobId job) => Program.FindCase(Program.FindStake(Pool.Address, key), job);

    private async Task<ProviderStakeCase> RequireCaseAsync(SolanaAddress entry, CancellationToken cancellationToken) =>
        await GetCaseAsync(entry, cancellationToken).ConfigureAwait(false)
        ?? throw new DePinException(DePinErrorCode.InvalidRequest, Fault.Consumer, $"There is no case at {entry}.");
}
