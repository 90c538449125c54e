using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Staking.Internal;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Solana.Staking;

/// <summary>
/// A pool of the stake program: providers stake in it for the keys that sign their receipts, and lose a part of it when two receipts contradict each other. Unaudited. Thread-safe.
/// </summary>
/// <remarks>Amounts are base units of the pool's token. What sends is a <see cref="SolanaSender"/>: its fee payer is the provider, the reporter or the guardian. A refusal of the program is a <see cref="SolanaSendException"/> in words.</remarks>
public sealed partial class SolanaProviderStake
{
    private readonly SolanaClient _client;

    private SolanaProviderStake(SolanaClient client, ProviderStakeProgram program, ProviderStakePool pool)
    {
        _client = client;
        Program = program;
        Pool = pool;
    }

    /// <summary>The program.</summary>
    public ProviderStakeProgram Program { get; }

    /// <summary>The pool with its terms, which its address was checked against.</summary>
    public ProviderStakePool Pool { get; }

    /// <summary>Finds a pool on a chain.</summary>
    /// <param name="client">The node; it stays the caller's.</param>
    /// <param name="program">The program.</param>
    /// <param name="pool">The pool's address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/>: there is no pool of the program at that address.</exception>
    /// <exception cref="SolanaRpcException">The node cannot be asked.</exception>
    public static async Task<SolanaProviderStake> ConnectAsync(SolanaClient client, ProviderStakeProgram program, SolanaAddress pool, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(program);
        var account = await client.GetAccountAsync(pool, cancellationToken: cancellationToken).ConfigureAwait(false);
        return account?.Owner == program.ProgramId && TryRead(program, pool, account.Data.Span) is { } found
            ? new SolanaProviderStake(client, program, found)
            : throw new DePinException(DePinErrorCode.InvalidRequest, Fault.Consumer, $"There is no pool of the stake program {program.ProgramId} at {pool}.");
    }

    /// <summary>Makes a pool, or finds the one that there is of the same terms.</summary>
    /// <param name="client">The node; it stays the caller's.</param>
    /// <param name="program">The program.</param>
    /// <param name="terms">The terms, which never change.</param>
    /// <param name="sender">Pays the rent.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ArgumentException">The program would make no pool of these terms.</exception>
    /// <exception cref="SolanaSendException">The program refuses, or the outcome is unknown.</exception>
    public static async Task<SolanaProviderStake> CreatePoolAsync(SolanaClient client, ProviderStakeProgram program, ProviderStakeTerms terms, SolanaSender sender, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(sender);
        var pool = new SolanaProviderStake(client, program, program.FindPool(terms));
        if (await client.GetAccountAsync(pool.Pool.Address, cancellationToken: cancellationToken).ConfigureAwait(false) is not { } account || account.Owner != program.ProgramId)
        {
            await pool.SendAsync(sender, [program.InitializePool(pool.Pool, sender.FeePayer)], [], cancellationToken).ConfigureAwait(false);
        }

        return pool;
    }

    /// <summary>The stake that answers for a key; null when the key is not registered.</summary>
    /// <param name="key">The key that signs receipts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ProviderStakeAccount?> GetStakeAsync(SolanaAddress key, CancellationToken cancellationToken = default)
    {
        var account = await _client.GetAccountAsync(Program.FindStake(Pool.Address, key), cancellationToken: cancellationToken).ConfigureAwait(false);
        return account?.Owner == Program.ProgramId ? ProviderStakeAccount.Parse(account.Data.Span) : null;
    }

    /// <summary>All stakes of the pool, in no order. Many public nodes do not answer this.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<ProviderStakeAccount>> GetStakesAsync(CancellationToken cancellationToken = default)
    {
        SolanaAccountFilter[] filters = [SolanaAccountFilter.OfSize(ProviderStakeAccount.SizeInBytes), SolanaAccountFilter.OfBytes(ProviderStakeAccount.PoolOffset, Pool.Address.ToArray())];
        var found = await _client.GetProgramAccountsAsync(Program.ProgramId, filters, cancellationToken: cancellationToken).ConfigureAwait(false);
        return [.. found.Select(static account => ProviderStakeAccount.Parse(account.Account.Data.Span))];
    }

    /// <summary>Stakes for a key that signs receipts, out of the sender's associated token account.</summary>
    /// <param name="sender">The provider.</param>
    /// <param name="amount">The stake; the pool's minimum at least.</param>
    /// <param name="receiptKey">The key (Ed25519), as <see cref="Providers.ProviderOptions.Signer"/>; never registered with the pool before. It signs the transaction as well. It can be the sender's own.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ArgumentException">The key is not of Ed25519.</exception>
    /// <exception cref="SolanaSendException">The program refuses, or the outcome is unknown.</exception>
    public Task<SolanaReceipt> RegisterAsync(SolanaSender sender, ulong amount, ISigner receiptKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sender);
        ArgumentNullException.ThrowIfNull(receiptKey);
        return SolanaAddress.TryFromPublicKey(receiptKey.PublicKey, out var key)
            ? SendAsync(sender, [Program.Register(Pool, sender.FeePayer, key, sender.FeePayer, amount)], key == sender.FeePayer ? [] : [receiptKey], cancellationToken)
            : throw new ArgumentException($"A receipt key on Solana is of {SignatureAlgorithm.Ed25519}; this one is '{receiptKey.PublicKey.Algorithm}'.", nameof(receiptKey));
    }

    /// <summary>Adds to the stake in force.</summary>
    /// <param name="sender">The provider.</param>
    /// <param name="key">The key whose receipts the stake answers for.</param>
    /// <param name="amount">What is added.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<SolanaReceipt> AddStakeAsync(SolanaSender sender, SolanaAddress key, ulong amount, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return SendAsync(sender, [Program.AddStake(Pool, sender.FeePayer, key, amount)], [], cancellationToken);
    }

    /// <summary>Starts the thaw of a part of the stake; what thawed before starts again with it. What is left is nothing, or at least the minimum.</summary>
    /// <param name="sender">The provider.</param>
    /// <param name="key">The key whose receipts the stake answers for.</param>
    /// <param name="amount">What is to leave.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<SolanaReceipt> RequestUnstakeAsync(SolanaSender sender, SolanaAddress key, ulong amount, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return SendAsync(sender, [Program.RequestUnstake(Pool, sender.FeePayer, key, amount)], [], cancellationToken);
    }

    /// <summary>Takes the thaw back: everything is in force again.</summary>
    /// <param name="sender">The provider.</param>
    /// <param name="key">The key whose receipts the stake answers for.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<SolanaReceipt> CancelUnstakeAsync(SolanaSender sender, SolanaAddress key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return SendAsync(sender, [Program.CancelUnstake(Pool, sender.FeePayer, key)], [], cancellationToken);
    }

    /// <summary>Pays the sender what has thawed, unless a case is open against it; makes its token account where it is missing.</summary>
    /// <param name="sender">The provider.</param>
    /// <param name="key">The key whose receipts the stake answers for.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<SolanaReceipt> WithdrawAsync(SolanaSender sender, SolanaAddress key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return SendAsync(sender, [EnsureTokens(sender, sender.FeePayer), Program.Withdraw(Pool, sender.FeePayer, key)], [], cancellationToken);
    }

    private static ProviderStakePool? TryRead(ProviderStakeProgram program, SolanaAddress address, ReadOnlySpan<byte> data)
    {
        try
        {
            // The terms must be those that the address is the hash of: then neither the node nor the program is believed for them.
            var pool = program.FindPool(ProviderStakePool.ParseTerms(data));
            return pool.Address == address ? pool : null;
        }
        catch (Exception e) when (e is SolanaFormatException or ArgumentException)
        {
            return null;
        }
    }

    private SolanaInstruction EnsureTokens(SolanaSender sender, SolanaAddress owner) => AssociatedTokenProgram.CreateIdempotent(sender.FeePayer, owner, Pool.Terms.Mint);

    private async Task<SolanaReceipt> SendAsync(SolanaSender sender, IReadOnlyList<SolanaInstruction> instructions, IReadOnlyList<ISigner> signers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sender);
        try
        {
            return await sender.SendAsync(new SolanaTransactionRequest { Instructions = instructions, Signers = signers }, cancellationToken).ConfigureAwait(false);
        }
        catch (SolanaSendException failure)
        {
            throw StakeRefusal.Explain(failure, Program.ProgramId);
        }
    }
}
