using System.Collections.Concurrent;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Solana.Channels.Internal;

/// <summary>Mints and token accounts as the program takes them. Who cannot be paid when it pays out loses the money for good, so accounts are looked at first. Thread-safe.</summary>
internal sealed class TokenDesk(SolanaClient client)
{
    private readonly ConcurrentDictionary<SolanaAddress, SolanaAddress> _programs = new();

    /// <summary>The program of a mint, which never changes.</summary>
    /// <exception cref="SettlementException">There is no such token, or the program does not take it.</exception>
    public async Task<SolanaAddress> GetProgramAsync(SolanaAddress mint, CancellationToken cancellationToken)
    {
        if (_programs.TryGetValue(mint, out var known))
        {
            return known;
        }

        var account = await client.GetAccountAsync(mint, SolanaCommitment.Confirmed, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (account is null || !TokenProgram.IsTokenProgram(account.Owner) || !TryReadMint(account, out var token))
        {
            throw new SettlementException(DePinErrorCode.InvalidRequest, Fault.Consumer, $"There is no token {mint} on this cluster.");
        }

        if (token!.Extensions.FirstOrDefault(extension => !IsAllowedOnMint(extension.Type)) is { } odd)
        {
            throw new SettlementException(DePinErrorCode.Unsupported, Fault.Consumer, $"The token {mint} has the extension {odd.Type}, which the payment-channels program does not take.");
        }

        _programs.TryAdd(mint, account.Owner);
        return account.Owner;
    }

    /// <summary>What a wallet holds of a token.</summary>
    public async Task<ulong> GetBalanceAsync(SolanaAddress owner, SolanaAddress mint, SolanaCommitment commitment, CancellationToken cancellationToken)
    {
        var program = await GetProgramAsync(mint, cancellationToken).ConfigureAwait(false);
        var account = await client.GetAccountAsync(AssociatedTokenAddress.Find(owner, mint, program), commitment, cancellationToken: cancellationToken).ConfigureAwait(false);
        return account is not null && account.Owner == program && TokenAccount.Read(account.Data.Span, program) is { } token && token.Mint == mint && token.Owner == owner ? token.Amount : 0;
    }

    /// <summary>Looks at the accounts that payouts go to. Those that are missing are made in the same transaction.</summary>
    /// <param name="owners">Whose accounts of which token.</param>
    /// <param name="payer">Pays the rent of missing ones.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>For each the instruction that makes it where it is missing, and why it cannot be paid where it cannot.</returns>
    public async Task<IReadOnlyList<(SolanaInstruction? Making, string? Problem)>> InspectAsync(
        IReadOnlyList<(SolanaAddress Owner, SolanaAddress Mint, SolanaAddress Program)> owners, SolanaAddress payer, CancellationToken cancellationToken)
    {
        SolanaAddress[] addresses = [.. owners.Select(row => AssociatedTokenAddress.Find(row.Owner, row.Mint, row.Program))];
        var accounts = await client.GetAccountsAsync(addresses, SolanaCommitment.Confirmed, cancellationToken: cancellationToken).ConfigureAwait(false);
        var found = new (SolanaInstruction? Making, string? Problem)[owners.Count];
        for (int i = 0; i < found.Length; i++)
        {
            var (owner, mint, program) = owners[i];
            if (accounts[i] is not { } account || (account.Owner == SystemProgram.ProgramId && account.Data.IsEmpty))
            {
                found[i].Making = AssociatedTokenProgram.CreateIdempotent(payer, owner, mint, program);
            }
            else if (FindProblem(account, owner, mint, program) is { } problem)
            {
                found[i].Problem = $"The token account {addresses[i]} of {owner} {problem}. The program would give its money to the treasury for good; mend the account and try again.";
            }
        }

        return found;
    }

    private static string? FindProblem(SolanaAccount account, SolanaAddress owner, SolanaAddress mint, SolanaAddress program)
    {
        if (account.Owner != program)
        {
            return $"belongs to the program {account.Owner}";
        }

        var token = TokenAccount.Read(account.Data.Span, program);
        return token.FindPaymentProblem(mint, owner) is not TokenPaymentProblem.None and var problem
            ? $"cannot be paid ({problem})"
            : token.Extensions.FirstOrDefault(extension => extension.Type != TokenExtensionType.ImmutableOwner) is { } odd ? $"has the extension {odd.Type}" : null;
    }

    private static bool TryReadMint(SolanaAccount account, out TokenMint? mint)
    {
        try
        {
            mint = TokenMint.Read(account.Data.Span, account.Owner);
            return mint.IsInitialized;
        }
        catch (SolanaFormatException)
        {
            mint = null;
            return false;
        }
    }

    private static bool IsAllowedOnMint(TokenExtensionType type) => type is TokenExtensionType.MetadataPointer or TokenExtensionType.TokenMetadata or TokenExtensionType.GroupPointer
        or TokenExtensionType.TokenGroup or TokenExtensionType.GroupMemberPointer or TokenExtensionType.TokenGroupMember;
}
