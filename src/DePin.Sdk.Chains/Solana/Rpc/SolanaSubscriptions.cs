using System.Text.Json;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Rpc.Internal;
using DePin.Sdk.Chains.Solana.Rpc.Internal;

namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>What a Solana node tells by itself over a connection. Notifications get lost: whoever waits for one also asks from time to time, and always where <see cref="RpcSubscriptionEvent{T}.MayHaveMissed"/> is true.</summary>
public static class SolanaSubscriptions
{
    /// <summary>Tells once when a transaction is processed, and ends then.</summary>
    /// <param name="transport">The connection.</param>
    /// <param name="signature">The transaction. One that was processed long before the subscription may never be told of: look it up too.</param>
    /// <param name="commitment">How sure it must be.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="SolanaRpcException">The node cannot be reached or refuses.</exception>
    public static Task<RpcSubscription<SolanaSignatureNotification>> SubscribeSignatureAsync(
        this WebSocketJsonRpcTransport transport,
        SolanaSignature signature,
        SolanaCommitment commitment = SolanaCommitment.Confirmed,
        CancellationToken cancellationToken = default)
        => SubscribeAsync(transport, "signature", SolanaRequests.OfSignature("signatureSubscribe", signature, commitment), SolanaTypes.SignatureNotification, static _ => true, cancellationToken);

    /// <summary>Tells the state of an account each time that it changes.</summary>
    /// <param name="transport">The connection.</param>
    /// <param name="address">The account, which need not exist yet. When it is removed, it comes with no lamports and no data.</param>
    /// <param name="commitment">How sure a change must be.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="SolanaRpcException">The node cannot be reached or refuses.</exception>
    public static Task<RpcSubscription<SolanaAccount>> SubscribeAccountAsync(
        this WebSocketJsonRpcTransport transport,
        SolanaAddress address,
        SolanaCommitment commitment = SolanaCommitment.Confirmed,
        CancellationToken cancellationToken = default)
        => SubscribeAsync(
            transport,
            "account",
            SolanaRequests.OfAddress("accountSubscribe", address, commitment, minContextSlot: 0, isData: true),
            static result => result.InContext() is var (slot, value) ? SolanaTypes.Account(value, slot) : null!,
            static _ => false,
            cancellationToken);

    /// <summary>Tells the state of a program's accounts each time that one of them changes.</summary>
    /// <param name="transport">The connection.</param>
    /// <param name="program">The program.</param>
    /// <param name="filters">What their data must be: at most four; none for all accounts.</param>
    /// <param name="commitment">How sure a change must be.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">There are more than four filters.</exception>
    /// <exception cref="SolanaRpcException">The node cannot be reached or refuses.</exception>
    public static Task<RpcSubscription<SolanaProgramAccount>> SubscribeProgramAsync(
        this WebSocketJsonRpcTransport transport,
        SolanaAddress program,
        IReadOnlyList<SolanaAccountFilter> filters,
        SolanaCommitment commitment = SolanaCommitment.Confirmed,
        CancellationToken cancellationToken = default)
    {
        SolanaClient.EnsureFilters(filters);
        return SubscribeAsync(transport, "program", SolanaRequests.ProgramAccounts("programSubscribe", program, filters, commitment, minContextSlot: 0), Read, static _ => false, cancellationToken);

        SolanaProgramAccount Read(JsonElement result)
        {
            var (slot, value) = result.InContext();
            var found = SolanaTypes.ProgramAccount(value, slot);
            return SolanaClient.Fits(found, program, filters) ? found : throw new SolanaFormatException("The account is another program's, or does not fit a filter.", 0);
        }
    }

    /// <summary>Tells each slot that the node begins to process, some of which are dropped later.</summary>
    /// <exception cref="SolanaRpcException">The node cannot be reached or refuses.</exception>
    public static Task<RpcSubscription<SolanaSlotInfo>> SubscribeSlotsAsync(this WebSocketJsonRpcTransport transport, CancellationToken cancellationToken = default)
        => SubscribeAsync(transport, "slot", new JsonRpcRequest("slotSubscribe"), SolanaTypes.SlotInfo, static _ => false, cancellationToken);

    private static async Task<RpcSubscription<T>> SubscribeAsync<T>(
        WebSocketJsonRpcTransport transport,
        string kind,
        JsonRpcRequest request,
        Func<JsonElement, T> read,
        Func<T, bool> isLast,
        CancellationToken cancellationToken)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(transport);
        var terms = new SubscriptionTerms<T>
        {
            Request = request,
            Unsubscribe = $"{kind}Unsubscribe",
            Notification = $"{kind}Notification",
            NameKind = JsonValueKind.Number,
            Read = value => SolanaReader.Read(request.Method, value, read),
            IsLast = isLast,
        };
        try
        {
            return await transport.SubscribeAsync(terms, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcTransportException problem)
        {
            throw SolanaErrorClassifier.ToException(request.Method, problem);
        }
    }
}
