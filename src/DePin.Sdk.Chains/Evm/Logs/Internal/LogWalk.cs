using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Evm.Logs.Internal;

/// <summary>
/// Moves an index along the chain, one step at a time. Near the head a block is applied only on top of its parent, and its logs are asked for by its hash, so
/// that nothing the node says later can mix two branches. What lies deeper than the horizon is read in ranges.
/// </summary>
internal sealed class LogWalk(ILogSource source, LogStore store, IEvmLogHandler handler, EvmLogFollowerOptions options)
{
    private readonly RangeSize _range = new(options.MaxBlocksPerQuery);

    /// <summary>Makes one change of the index: a block, a range, or a rollback. False when there is nothing to do for now.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var head = await source.GetHeadAsync(cancellationToken).ConfigureAwait(false);
        if (store.ReadPosition() is not { } position)
        {
            return await AnchorAsync(head, cancellationToken).ConfigureAwait(false);
        }

        if (head.Hash == position.Hash)
        {
            return false;
        }

        long ahead = (long)head.Number - position.Number;
        if (ahead <= 0)
        {
            return await LookBackAsync(head, position, cancellationToken).ConfigureAwait(false);
        }

        if (ahead > options.ReorgHorizon)
        {
            return await CatchUpAsync(head, position, cancellationToken).ConfigureAwait(false);
        }

        var next = ahead == 1 ? head : await GetHeaderAsync(position.Number + 1, cancellationToken).ConfigureAwait(false);
        return next.ParentHash == position.Hash || position.Number < 0
            ? await ApplyAsync(position, next, cancellationToken).ConfigureAwait(false)
            : await RollBackAsync(position, position.Number, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> AnchorAsync(LogHeader head, CancellationToken cancellationToken)
    {
        if (head.Number + 1 < options.StartBlock)
        {
            return false; // the chain has not come that far
        }

        store.Anchor(await ReadAnchorAsync(cancellationToken).ConfigureAwait(false));
        return true;
    }

    /// <summary>The block before the first one.</summary>
    private async Task<LogPosition> ReadAnchorAsync(CancellationToken cancellationToken)
    {
        long before = (long)options.StartBlock - 1;
        return new LogPosition(before, before < 0 ? default : (await GetHeaderAsync(before, cancellationToken).ConfigureAwait(false)).Hash);
    }

    private async Task<bool> ApplyAsync(LogPosition position, LogHeader block, CancellationToken cancellationToken)
    {
        IReadOnlyList<EvmLog> logs;
        try
        {
            logs = await source.GetLogsAsync(block.Hash, cancellationToken).ConfigureAwait(false);
        }
        catch (EvmRpcException) when (!cancellationToken.IsCancellationRequested)
        {
            // A block that fell out of the chain in the meantime has no logs to be had; the next step sees its replacement.
            var now = await source.GetHeaderAsync(block.Number, cancellationToken).ConfigureAwait(false);
            if (now?.Hash != block.Hash)
            {
                return true;
            }

            throw;
        }

        var ordered = LogRules.Order(logs, block.Number, block.Number);
        if (ordered.Any(log => log.BlockHash != block.Hash))
        {
            throw LogRules.Malformed($"block {block.Number} ({block.Hash})", "of another block");
        }

        store.Apply(position, block, ordered, handler);
        return true;
    }

    /// <summary>Reads a range below the horizon. Both of its ends are looked at again afterwards: if they stand, so does all between them.</summary>
    private async Task<bool> CatchUpAsync(LogHeader head, LogPosition position, CancellationToken cancellationToken)
    {
        if (!await StandsAsync(position, cancellationToken).ConfigureAwait(false))
        {
            return await RollBackAsync(position, position.Number, cancellationToken).ConfigureAwait(false);
        }

        long to = Math.Min((long)head.Number - options.ReorgHorizon, position.Number + _range.Current);
        var end = await GetHeaderAsync(to, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<EvmLog> logs;
        try
        {
            logs = await source.GetLogsAsync((ulong)(position.Number + 1), (ulong)to, cancellationToken).ConfigureAwait(false);
            _range.Grow();
        }
        catch (EvmRpcException refusal) when (refusal.Kind is EvmRpcError.LimitExceeded or EvmRpcError.TimedOut && _range.TryShrink())
        {
            return true;
        }

        var ordered = LogRules.Order(logs, (ulong)(position.Number + 1), (ulong)to);
        var target = new LogPosition(to, end.Hash);
        if (await StandsAsync(target, cancellationToken).ConfigureAwait(false) && await StandsAsync(position, cancellationToken).ConfigureAwait(false))
        {
            store.ApplyFinal(position, target, ordered, handler);
        }

        return true;
    }

    /// <summary>The head is not above the index: the node lags behind, or the chain has become another one.</summary>
    private async Task<bool> LookBackAsync(LogHeader head, LogPosition position, CancellationToken cancellationToken)
    {
        if (store.FindHash((long)head.Number) is { } known)
        {
            return known != head.Hash && await RollBackAsync(position, (long)head.Number, cancellationToken).ConfigureAwait(false);
        }

        throw new DePinException(
            DePinErrorCode.Unavailable,
            Fault.Network,
            $"The node is at block {head.Number}, the index at block {position.Number}, which is further than a reorganisation reaches. Wait until the node has caught up; if the chain was started anew, delete the index.",
            isTransient: true);
    }

    /// <summary>Goes back to the last common block.</summary>
    /// <param name="position">Where the index stands.</param>
    /// <param name="from">The highest block that may be common.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task<bool> RollBackAsync(LogPosition position, long from, CancellationToken cancellationToken)
    {
        long bottom = store.ReadRingBottom() ?? position.Number;
        for (long number = from; number >= bottom && number >= 0; number--)
        {
            if (store.FindHash(number) is { } known && (await GetHeaderAsync(number, cancellationToken).ConfigureAwait(false)).Hash == known)
            {
                store.Rollback(position, new LogPosition(number, known));
                return true;
            }
        }

        if (bottom != (long)options.StartBlock - 1)
        {
            throw new EvmReorgException((ulong)bottom, (ulong)position.Number, options.DatabasePath);
        }

        // Everything that was ever applied can be undone, and the first block has another parent now.
        store.Rollback(position, await ReadAnchorAsync(cancellationToken).ConfigureAwait(false));
        return true;
    }

    private async Task<bool> StandsAsync(LogPosition position, CancellationToken cancellationToken) =>
        position.Number < 0 || (await source.GetHeaderAsync((ulong)position.Number, cancellationToken).ConfigureAwait(false))?.Hash == position.Hash;

    private async Task<LogHeader> GetHeaderAsync(long number, CancellationToken cancellationToken) =>
        await source.GetHeaderAsync((ulong)number, cancellationToken).ConfigureAwait(false) is { } header
            ? header.Number == (ulong)number ? header : throw LogRules.Malformed($"the header of block {number}", $"of block {header.Number}")
            : throw new EvmRpcException(EvmRpcError.UnknownBlock, $"The node has no block {number}, although its head lies above it; it is being reorganised, or several nodes answer under one address.");
}
