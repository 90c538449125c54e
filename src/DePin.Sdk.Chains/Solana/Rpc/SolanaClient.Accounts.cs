using DePin.Sdk.Chains.Solana.Rpc.Internal;

namespace DePin.Sdk.Chains.Solana.Rpc;

public sealed partial class SolanaClient
{
    /// <summary>How many accounts nodes give in one answer.</summary>
    private const int MaxAccountsPerCall = 100;

    /// <summary>How many accounts of a program are taken from one answer.</summary>
    private const int MaxProgramAccounts = 1_000_000;

    /// <summary>How many filters nodes take.</summary>
    private const int MaxFilters = 4;

    /// <summary>An account; null when there is none.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="commitment">How sure its state must be.</param>
    /// <param name="minContextSlot">The slot that the answer must not be older than; 0 for any.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<SolanaAccount?> GetAccountAsync(SolanaAddress address, SolanaCommitment commitment = SolanaCommitment.Confirmed, ulong minContextSlot = 0, CancellationToken cancellationToken = default)
    {
        var request = SolanaRequests.OfAddress("getAccountInfo", address, commitment, minContextSlot, isData: true);
        var (slot, account) = await CallAsync(
            request,
            result => result.InContext() is var (slot, value) ? (slot, SolanaTypes.AccountOrNull(value, slot)) : default,
            cancellationToken).ConfigureAwait(false);
        EnsureNotOlder(request.Method, slot, minContextSlot);
        return account;
    }

    /// <summary>Several accounts, in the order in which they were asked for; null for those that do not exist. More than 100 are asked for in several calls, whose answers may be of different slots.</summary>
    /// <param name="addresses">Where they are.</param>
    /// <param name="commitment">How sure their state must be.</param>
    /// <param name="minContextSlot">The slot that the answers must not be older than; 0 for any.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<IReadOnlyList<SolanaAccount?>> GetAccountsAsync(
        IReadOnlyList<SolanaAddress> addresses,
        SolanaCommitment commitment = SolanaCommitment.Confirmed,
        ulong minContextSlot = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        var accounts = new List<SolanaAccount?>(addresses.Count);
        foreach (var part in addresses.Chunk(MaxAccountsPerCall))
        {
            var request = SolanaRequests.Accounts(part, commitment, minContextSlot);
            var (slot, some) = await CallAsync(
                request,
                result => result.InContext() is var (slot, value) ? (slot, value.Items(part.Length, account => SolanaTypes.AccountOrNull(account, slot))) : default,
                cancellationToken).ConfigureAwait(false);
            EnsureNotOlder(request.Method, slot, minContextSlot);
            accounts.AddRange(some.Count == part.Length ? some : throw Contradiction(request.Method, $"it has {some.Count} accounts where {part.Length} were asked for"));
        }

        return accounts;
    }

    /// <summary>The accounts that a program owns and that fit all filters, in no order. Many nodes refuse this for programs with many accounts, or altogether (<see cref="SolanaRpcError.MethodUnavailable"/>).</summary>
    /// <param name="program">The program.</param>
    /// <param name="filters">What their data must be: at most four; none for all accounts.</param>
    /// <param name="commitment">How sure their state must be.</param>
    /// <param name="minContextSlot">The slot that the answer must not be older than; 0 for any.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">There are more than four filters.</exception>
    public async Task<IReadOnlyList<SolanaProgramAccount>> GetProgramAccountsAsync(
        SolanaAddress program,
        IReadOnlyList<SolanaAccountFilter> filters,
        SolanaCommitment commitment = SolanaCommitment.Confirmed,
        ulong minContextSlot = 0,
        CancellationToken cancellationToken = default)
    {
        EnsureFilters(filters);
        var request = SolanaRequests.ProgramAccounts("getProgramAccounts", program, filters, commitment, minContextSlot);
        var (slot, accounts) = await CallAsync(
            request,
            result => result.InContext() is var (slot, value) ? (slot, value.Items(MaxProgramAccounts, found => SolanaTypes.ProgramAccount(found, slot))) : default,
            cancellationToken).ConfigureAwait(false);
        EnsureNotOlder(request.Method, slot, minContextSlot);
        var seen = new HashSet<SolanaAddress>();
        foreach (var found in accounts)
        {
            if (!Fits(found, program, filters))
            {
                throw Contradiction(request.Method, "an account is another program's, or does not fit a filter");
            }

            if (!seen.Add(found.Address))
            {
                throw Contradiction(request.Method, "an account is there twice");
            }
        }

        return accounts;
    }

    /// <summary>What an account holds, in lamports; 0 when there is none.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="commitment">How sure it must be.</param>
    /// <param name="minContextSlot">The slot that the answer must not be older than; 0 for any.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<ulong> GetBalanceAsync(SolanaAddress address, SolanaCommitment commitment = SolanaCommitment.Confirmed, ulong minContextSlot = 0, CancellationToken cancellationToken = default)
    {
        var request = SolanaRequests.OfAddress("getBalance", address, commitment, minContextSlot, isData: false);
        var (slot, lamports) = await CallAsync(request, result => result.InContext() is var (slot, value) ? (slot, value.Number()) : default, cancellationToken).ConfigureAwait(false);
        EnsureNotOlder(request.Method, slot, minContextSlot);
        return lamports;
    }

    /// <summary>The lamports that an account must hold to stay, by the length of its data.</summary>
    /// <param name="dataBytes">The length, in bytes.</param>
    /// <param name="commitment">How sure it must be.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public Task<ulong> GetMinimumBalanceForRentExemptionAsync(int dataBytes, SolanaCommitment commitment = SolanaCommitment.Confirmed, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(dataBytes);
        return CallAsync(SolanaRequests.RentExemption(dataBytes, commitment), SolanaReader.Number, cancellationToken);
    }

    internal static void EnsureFilters(IReadOnlyList<SolanaAccountFilter> filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        if (filters.Count > MaxFilters)
        {
            throw new ArgumentException($"Nodes take at most {MaxFilters} filters, not {filters.Count}.", nameof(filters));
        }
    }

    internal static bool Fits(SolanaProgramAccount found, SolanaAddress program, IReadOnlyList<SolanaAccountFilter> filters)
        => found.Account.Owner == program && filters.All(filter => filter.Matches(found.Account.Data.Span));
}
