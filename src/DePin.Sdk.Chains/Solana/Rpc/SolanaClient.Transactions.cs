using System.Text.Json;
using DePin.Sdk.Chains.Solana.Rpc.Internal;

namespace DePin.Sdk.Chains.Solana.Rpc;

public sealed partial class SolanaClient
{
    /// <summary>How many transactions nodes tell about in one answer.</summary>
    private const int MaxStatusesPerCall = 256;

    private const int MaxSignatures = 1000;
    private const int MaxTransactionBytes = 1232;
    private const int MaxFeeAccounts = 128;

    /// <summary>What became of several transactions, in the order in which they were asked for; null for those that the node does not know.</summary>
    /// <param name="signatures">The transactions. More than 256 are asked for in several calls.</param>
    /// <param name="searchHistory">Whether to look at more than the node's memory of the last 150 blocks or so. Only then does null say that a transaction is not on the chain.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="SolanaRpcException">Also when the node keeps no history (<see cref="SolanaRpcError.MethodUnavailable"/>).</exception>
    public async Task<SolanaSignatureStatuses> GetSignatureStatusesAsync(IReadOnlyList<SolanaSignature> signatures, bool searchHistory = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signatures);
        var statuses = new List<SolanaSignatureStatus?>(signatures.Count);
        ulong? oldest = null;
        foreach (var part in signatures.Chunk(MaxStatusesPerCall))
        {
            var request = SolanaRequests.Statuses(part, searchHistory);
            var (slot, some) = await CallAsync(
                request,
                result => result.InContext() is var (slot, value) ? (slot, value.Items(part.Length, SolanaTypes.Status)) : default,
                cancellationToken).ConfigureAwait(false);
            statuses.AddRange(some.Count == part.Length ? some : throw Contradiction(request.Method, $"it has {some.Count} statuses where {part.Length} were asked for"));
            oldest = oldest is { } other && other < slot ? other : slot;
        }

        return new SolanaSignatureStatuses(oldest ?? 0, statuses);
    }

    /// <summary>Transactions that named an account, the newest first.</summary>
    /// <param name="address">The account.</param>
    /// <param name="limit">How many at most, 1 to 1,000. There may be more when so many come.</param>
    /// <param name="before">The transaction to start behind, which is not given itself; null for the newest.</param>
    /// <param name="until">The transaction to stop at, which is not given itself; null for none.</param>
    /// <param name="commitment">How sure they must be; <see cref="SolanaCommitment.Processed"/> is not possible.</param>
    /// <param name="minContextSlot">The slot that the answer must not be older than; 0 for any.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<IReadOnlyList<SolanaSignatureInfo>> GetSignaturesForAddressAsync(
        SolanaAddress address,
        int limit = MaxSignatures,
        SolanaSignature? before = null,
        SolanaSignature? until = null,
        SolanaCommitment commitment = SolanaCommitment.Confirmed,
        ulong minContextSlot = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxSignatures);
        var request = SolanaRequests.Signatures(address, limit, before, until, AtLeastConfirmed(commitment), minContextSlot);
        var found = await CallAsync(request, result => result.Items(limit, SolanaTypes.SignatureInfo), cancellationToken).ConfigureAwait(false);
        var seen = new HashSet<SolanaSignature>();
        for (int i = 0; i < found.Count; i++)
        {
            if (i > 0 && found[i].Slot > found[i - 1].Slot)
            {
                throw Contradiction(request.Method, "the newest transaction is not the first");
            }

            if (!seen.Add(found[i].Signature) || found[i].Signature == before || found[i].Signature == until)
            {
                throw Contradiction(request.Method, "a transaction is there twice, or lies outside of what was asked for");
            }
        }

        return found;
    }

    /// <summary>A transaction on the chain, and what it did; null when the node does not have it.</summary>
    /// <param name="signature">The transaction.</param>
    /// <param name="commitment">How sure it must be; <see cref="SolanaCommitment.Processed"/> is not possible.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<SolanaTransactionRecord?> GetTransactionAsync(SolanaSignature signature, SolanaCommitment commitment = SolanaCommitment.Confirmed, CancellationToken cancellationToken = default)
    {
        var request = SolanaRequests.Transaction(signature, AtLeastConfirmed(commitment));
        var record = await CallAsync(request, result => result.ValueKind == JsonValueKind.Null ? null : SolanaTransactionReader.Record(result), cancellationToken).ConfigureAwait(false);
        return record is null || SolanaTypes.FirstSignature(record.Transaction.Span) == signature ? record : throw Contradiction(request.Method, "it is another transaction");
    }

    /// <summary>Tries a transaction out. That it fails is an answer; see <see cref="SolanaSimulation.Error"/>.</summary>
    /// <param name="transaction">The transaction; its signatures may be missing (zero) unless they are verified.</param>
    /// <param name="verifySignatures">Whether wrong and missing signatures fail. Not together with <paramref name="replaceBlockhash"/>.</param>
    /// <param name="replaceBlockhash">Whether the node takes its newest blockhash instead of the transaction's.</param>
    /// <param name="accounts">Accounts whose state afterwards is wanted.</param>
    /// <param name="commitment">On which state it is tried out.</param>
    /// <param name="minContextSlot">The slot that the state must not be older than; 0 for any.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">The bytes are too many, or both options are set, which nodes refuse.</exception>
    public async Task<SolanaSimulation> SimulateTransactionAsync(
        ReadOnlyMemory<byte> transaction,
        bool verifySignatures = false,
        bool replaceBlockhash = false,
        IReadOnlyList<SolanaAddress>? accounts = null,
        SolanaCommitment commitment = SolanaCommitment.Confirmed,
        ulong minContextSlot = 0,
        CancellationToken cancellationToken = default)
    {
        EnsureTransaction(transaction.Span);
        if (verifySignatures && replaceBlockhash)
        {
            throw new ArgumentException("A transaction whose blockhash is replaced has no valid signatures; verify them, or replace the blockhash.", nameof(replaceBlockhash));
        }

        accounts ??= [];
        var request = SolanaRequests.Simulate(transaction, verifySignatures, replaceBlockhash, accounts, commitment, minContextSlot);
        var simulation = await CallAsync(request, result => SolanaTypes.Simulation(result, accounts.Count), cancellationToken).ConfigureAwait(false);
        EnsureNotOlder(request.Method, simulation.Slot, minContextSlot);
        return simulation;
    }

    /// <summary>Sends a signed transaction. That the node took it does not mean that it will be on the chain: look for its signature until its blockhash has expired.</summary>
    /// <remarks>The same bytes may be sent again, here or elsewhere: they can take effect at most once. Only an error answer other than <see cref="SolanaRpcError.AlreadyProcessed"/> means that this node did not
    /// take it; while <see cref="Chains.Rpc.RpcException.MayHaveBeenReceived"/> is true, it may be on its way.</remarks>
    /// <param name="transaction">The signed bytes.</param>
    /// <param name="skipPreflight">Whether the node passes it on without trying it out first.</param>
    /// <param name="preflightCommitment">On which state it is tried out; best that of the blockhash.</param>
    /// <param name="maxRetries">How often the node sends it on by itself; null for as often as it likes. Who sends again by himself says 0.</param>
    /// <param name="minContextSlot">The slot that the node must have reached; 0 for any.</param>
    /// <param name="cancellationToken">Stops the waiting; the transaction may be on its way all the same.</param>
    /// <returns>The transaction's first signature, by which it is known.</returns>
    /// <exception cref="ArgumentException">The bytes are no signed transaction, or too many.</exception>
    public async Task<SolanaSignature> SendTransactionAsync(
        ReadOnlyMemory<byte> transaction,
        bool skipPreflight = false,
        SolanaCommitment preflightCommitment = SolanaCommitment.Confirmed,
        int? maxRetries = null,
        ulong minContextSlot = 0,
        CancellationToken cancellationToken = default)
    {
        var expected = EnsureTransaction(transaction.Span);
        var request = SolanaRequests.Send(transaction, skipPreflight, preflightCommitment, maxRetries, minContextSlot);
        var signature = await CallAsync(request, SolanaReader.Signature, cancellationToken).ConfigureAwait(false);
        return signature == expected ? signature : throw Contradiction(request.Method, "it names another transaction");
    }

    /// <summary>What the cheapest transactions of the last 150 blocks or so paid for priority, in the order of the slots.</summary>
    /// <param name="writable">Accounts, 128 at most: only blocks count, and only what transactions paid, that wrote to all of them. None for every transaction.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<IReadOnlyList<SolanaPrioritizationFee>> GetRecentPrioritizationFeesAsync(IReadOnlyList<SolanaAddress> writable, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writable);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(writable.Count, MaxFeeAccounts);
        var fees = await CallAsync(SolanaRequests.Fees(writable), SolanaTypes.Fees, cancellationToken).ConfigureAwait(false);
        return [.. fees.OrderBy(fee => fee.Slot)];
    }

    /// <summary>Asks for coins that are worth nothing; clusters for developers and test nodes give them.</summary>
    /// <param name="account">Who gets them.</param>
    /// <param name="lamports">How many.</param>
    /// <param name="commitment">On which state the node's own transaction builds.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The transaction that brings them.</returns>
    public Task<SolanaSignature> RequestAirdropAsync(SolanaAddress account, ulong lamports, SolanaCommitment commitment = SolanaCommitment.Confirmed, CancellationToken cancellationToken = default)
        => CallAsync(SolanaRequests.Airdrop(account, lamports, commitment), SolanaReader.Signature, cancellationToken);

    private static SolanaCommitment AtLeastConfirmed(SolanaCommitment commitment) => commitment == SolanaCommitment.Processed
        ? throw new ArgumentException("Nodes list transactions once they are confirmed; ask for confirmed or finalized ones.", nameof(commitment))
        : commitment;

    private static SolanaSignature EnsureTransaction(ReadOnlySpan<byte> transaction) => transaction.Length > MaxTransactionBytes
        ? throw new ArgumentException($"A transaction has at most {MaxTransactionBytes:N0} bytes, not {transaction.Length:N0}.", nameof(transaction))
        : SolanaTypes.FirstSignature(transaction) ?? throw new ArgumentException("The bytes are no transaction, which starts with its signatures.", nameof(transaction));
}
