namespace DePin.Sdk.Transport;

/// <summary>A call whose writer may hold frames back, so that those that come at once leave together.</summary>
internal interface IBufferedDuplexCall<in TSend, TReceive> : IDuplexCall<TSend, TReceive>
    where TReceive : class
{
    /// <summary>More than this is flushed without being asked.</summary>
    const int MaxUnflushedBytes = 32 * 1024;

    /// <summary>Sends a frame, or only buffers it when more is known to follow at once.</summary>
    ValueTask WriteAsync(TSend frame, bool flush, CancellationToken cancellationToken);

    /// <summary>Sends what is buffered.</summary>
    ValueTask FlushAsync(CancellationToken cancellationToken = default);
}
