using System.Security.Cryptography;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Solana.LookupTables;

/// <summary>Makes, fills, reads and removes the address lookup tables of a sender's fee payer, who is their authority. A table costs rent, some 0.002 SOL and 0.0002 SOL for each address, until it is closed. Thread-safe.</summary>
/// <param name="client">The node.</param>
/// <param name="sender">Sends and pays.</param>
/// <param name="timeProvider">The clock; null for the system's.</param>
public sealed class SolanaLookupTables(SolanaClient client, SolanaSender sender, TimeProvider? timeProvider = null)
{
    // Where a table's account has its authority, behind the byte that says there is one.
    private const int AuthorityOffset = 21;

    // Above what fits in one transaction with anything else.
    private const int MaxChunk = 32;

    private static readonly TimeSpan SlotTime = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SolanaClient _client = client ?? throw new ArgumentNullException(nameof(client));
    private readonly SolanaSender _sender = sender ?? throw new ArgumentNullException(nameof(sender));
    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private ulong _lastSlot;

    /// <summary>Makes a table of addresses, in as few transactions as fit, and waits until transactions can use it.</summary>
    /// <remarks>When it ends early, what was made stays and costs rent: <see cref="ListAsync"/> finds it, <see cref="ExtendAsync"/> completes it and <see cref="CloseAsync"/> removes it.</remarks>
    /// <param name="addresses">What it shall hold, up to 256; repeated ones count once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">There are no addresses, or more than 256.</exception>
    /// <exception cref="TimeoutException">The node does not show within a minute what was sent.</exception>
    /// <exception cref="SolanaSendException">A transaction was refused, or its outcome is not known.</exception>
    /// <exception cref="SolanaRpcException">The node cannot be asked.</exception>
    public async Task<SolanaLookupTable> CreateAsync(IReadOnlyList<SolanaAddress> addresses, CancellationToken cancellationToken = default)
    {
        var wanted = Distinct(addresses);
        ulong slot = await TakeSlotAsync(cancellationToken).ConfigureAwait(false);
        var table = AddressLookupTableProgram.FindTable(_sender.FeePayer, slot);
        var create = AddressLookupTableProgram.Create(_sender.FeePayer, _sender.FeePayer, slot);
        int count = await AppendAsync(table, [create], 0, wanted, cancellationToken).ConfigureAwait(false);
        return await CompleteAsync(table, wanted[..count], wanted[count..], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds the addresses that a table does not hold yet, and waits until transactions can use them. Safe to call again after a failure.</summary>
    /// <param name="table">The table.</param>
    /// <param name="addresses">What it shall hold beside what it has; 256 in all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">There are no addresses, or the table would hold more than 256.</exception>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/>: there is no such table, it is not the fee payer's, or it was deactivated.</exception>
    /// <exception cref="TimeoutException">The node does not show within a minute what was sent.</exception>
    /// <exception cref="SolanaSendException">A transaction was refused, or its outcome is not known.</exception>
    /// <exception cref="SolanaRpcException">The node cannot be asked.</exception>
    public async Task<SolanaLookupTable> ExtendAsync(SolanaAddress table, IReadOnlyList<SolanaAddress> addresses, CancellationToken cancellationToken = default)
    {
        var wanted = Distinct(addresses);
        var (account, _) = await RequireOwnAsync(table, cancellationToken).ConfigureAwait(false);
        if (!account.IsActive)
        {
            throw Invalid($"The lookup table {table} was deactivated; make another.");
        }

        SolanaAddress[] held = [.. account.Addresses];
        SolanaAddress[] added = [.. wanted.Except(held)];
        if (held.Length + added.Length > SolanaLookupTable.MaxAddresses)
        {
            throw new ArgumentException($"The table holds {held.Length} addresses; with {added.Length} more there would be more than {SolanaLookupTable.MaxAddresses}.", nameof(addresses));
        }

        return await CompleteAsync(table, held, added, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a table, of any authority, as transactions can use it now. Null when there is none, or it was deactivated too long ago.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SolanaFormatException">The account is something else.</exception>
    /// <exception cref="SolanaRpcException">The node cannot be asked.</exception>
    public async Task<SolanaLookupTable?> FindAsync(SolanaAddress table, CancellationToken cancellationToken = default) =>
        await ReadAsync(table, cancellationToken).ConfigureAwait(false) is var (account, slot) ? account.ToLookupTable(table, slot) : null;

    /// <summary>The tables whose authority is the fee payer: also those that an earlier run left.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SolanaFormatException">The node gives an account that is no lookup table.</exception>
    /// <exception cref="SolanaRpcException">The node cannot be asked; many public ones refuse to search.</exception>
    public async Task<IReadOnlyList<SolanaLookupTableListing>> ListAsync(CancellationToken cancellationToken = default)
    {
        var authority = SolanaAccountFilter.OfBytes(AuthorityOffset, [1, .. _sender.FeePayer.ToArray()]);
        var found = await _client.GetProgramAccountsAsync(AddressLookupTableProgram.ProgramId, [authority], cancellationToken: cancellationToken).ConfigureAwait(false);
        return [.. found.Select(each => new SolanaLookupTableListing(each.Address, LookupTableAccount.Read(each.Account.Data.Span)))];
    }

    /// <summary>Begins the end of a table; nothing happens when it was deactivated before. For some 512 more slots, four minutes, transactions can still use it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/>: there is no such table, or it is not the fee payer's.</exception>
    /// <exception cref="SolanaSendException">The transaction was refused, or its outcome is not known.</exception>
    /// <exception cref="SolanaRpcException">The node cannot be asked.</exception>
    public async Task DeactivateAsync(SolanaAddress table, CancellationToken cancellationToken = default)
    {
        var (account, _) = await RequireOwnAsync(table, cancellationToken).ConfigureAwait(false);
        if (account.IsActive)
        {
            await SendAsync($"lookup-table:{table}:deactivate", [AddressLookupTableProgram.Deactivate(table, _sender.FeePayer)], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes a table and returns its rent: deactivates it, waits until nothing can use it any more, some four minutes later, and closes it. A later call goes on where an earlier one stopped.</summary>
    /// <param name="table">The table. When there is none any more, nothing happens.</param>
    /// <param name="recipient">Who gets the rent; null for the fee payer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/>: it is not the fee payer's.</exception>
    /// <exception cref="SolanaSendException">A transaction was refused, or its outcome is not known.</exception>
    /// <exception cref="SolanaRpcException">The node cannot be asked.</exception>
    public async Task CloseAsync(SolanaAddress table, SolanaAddress? recipient = null, CancellationToken cancellationToken = default)
    {
        if (await ReadAsync(table, cancellationToken).ConfigureAwait(false) is null)
        {
            return;
        }

        await DeactivateAsync(table, cancellationToken).ConfigureAwait(false);
        while (await ReadAsync(table, cancellationToken).ConfigureAwait(false) is var (account, slot))
        {
            var close = AddressLookupTableProgram.Close(table, _sender.FeePayer, recipient ?? _sender.FeePayer);
            if (account.ToLookupTable(table, slot) is null && await TryCloseAsync(table, close, slot - account.DeactivationSlot, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            await WaitSlotAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static SolanaAddress[] Distinct(IReadOnlyList<SolanaAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        SolanaAddress[] distinct = [.. addresses.Distinct()];
        return distinct.Length is > 0 and <= SolanaLookupTable.MaxAddresses
            ? distinct
            : throw new ArgumentException($"A lookup table holds 1 to {SolanaLookupTable.MaxAddresses} addresses, not {distinct.Length}.", nameof(addresses));
    }

    private static DePinException Invalid(string message) => new(DePinErrorCode.InvalidRequest, Fault.Consumer, message);

    /// <summary>Appends in chunks and waits until all can be used.</summary>
    private async Task<SolanaLookupTable> CompleteAsync(SolanaAddress table, SolanaAddress[] held, SolanaAddress[] added, CancellationToken cancellationToken)
    {
        for (int at = 0; at < added.Length;)
        {
            at += await AppendAsync(table, [], held.Length + at, added[at..], cancellationToken).ConfigureAwait(false);
        }

        // Asked again until the node's slot is past the one in which addresses came last. It may be another node, and behind.
        long started = _time.GetTimestamp();
        while (_time.GetElapsedTime(started) < Patience)
        {
            if (await FindAsync(table, cancellationToken).ConfigureAwait(false) is { } usable && usable.Addresses.Count >= held.Length + added.Length)
            {
                return usable;
            }

            await WaitSlotAsync(cancellationToken).ConfigureAwait(false);
        }

        throw new TimeoutException($"The node does not show all addresses of the lookup table {table} although they were added; it is behind, or the table was closed.");
    }

    /// <summary>Appends as many addresses as fit in one transaction.</summary>
    /// <returns>How many.</returns>
    private async Task<int> AppendAsync(SolanaAddress table, IReadOnlyList<SolanaInstruction> before, int held, SolanaAddress[] added, CancellationToken cancellationToken)
    {
        for (int count = Math.Min(added.Length, MaxChunk); ; count--)
        {
            var chunk = added[..count];
            SolanaInstruction[] instructions = [.. before, AddressLookupTableProgram.Extend(table, _sender.FeePayer, _sender.FeePayer, chunk)];
            if (new SolanaTransactionRequest { Instructions = instructions }.Measure(_sender.FeePayer).Fits)
            {
                // The same addresses at the same place are added once, also when an earlier call was given up while its transaction was on its way.
                var digest = Convert.ToHexStringLower(SHA256.HashData(instructions[^1].Data.Span).AsSpan(0, 16));
                await SendAsync($"lookup-table:{table}:{held}:{digest}", instructions, cancellationToken).ConfigureAwait(false);
                return count;
            }
        }
    }

    private async Task<bool> TryCloseAsync(SolanaAddress table, SolanaInstruction close, ulong slotsSince, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(null, [close], cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (SolanaSendException problem) when (problem.Error == SolanaSendError.Refused && slotsSince < 2 * LookupTableAccount.CooldownSlots)
        {
            // The runtime remembers 512 slots with a block, and some slots have none: it may take longer. Or somebody closed the table just now.
            return await ReadAsync(table, cancellationToken).ConfigureAwait(false) is null;
        }
    }

    private Task<SolanaReceipt> SendAsync(string? key, IReadOnlyList<SolanaInstruction> instructions, CancellationToken cancellationToken) =>
        _sender.SendAsync(new SolanaTransactionRequest { Instructions = instructions, Key = key }, cancellationToken);

    private async Task<(LookupTableAccount Account, ulong Slot)> RequireOwnAsync(SolanaAddress table, CancellationToken cancellationToken)
    {
        if (await ReadAsync(table, cancellationToken).ConfigureAwait(false) is not var (account, slot))
        {
            throw Invalid($"There is no lookup table {table}.");
        }

        return account.Authority == _sender.FeePayer
            ? (account, slot)
            : throw Invalid($"The lookup table {table} {(account.Authority is { } other ? $"belongs to {other}" : "is frozen")}, and cannot be changed by {_sender.FeePayer}.");
    }

    private async Task<(LookupTableAccount Account, ulong Slot)?> ReadAsync(SolanaAddress table, CancellationToken cancellationToken)
    {
        var account = await _client.GetAccountAsync(table, cancellationToken: cancellationToken).ConfigureAwait(false);
        return account switch
        {
            null => null,
            _ when account.Owner != AddressLookupTableProgram.ProgramId => throw new SolanaFormatException($"{table} belongs to {account.Owner} and is no lookup table.", 0),
            _ => (LookupTableAccount.Read(account.Data.Span), account.Slot),
        };
    }

    /// <summary>A slot with a block, never the same twice: authority and slot make a table's address.</summary>
    private async Task<ulong> TakeSlotAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ulong slot = await _client.GetSlotAsync(SolanaCommitment.Finalized, cancellationToken: cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                if (slot > _lastSlot)
                {
                    return _lastSlot = slot;
                }
            }

            await WaitSlotAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private Task WaitSlotAsync(CancellationToken cancellationToken) => Task.Delay(SlotTime, _time, cancellationToken);
}
