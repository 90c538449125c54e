using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using DePin.Sdk.Transport;
using DePin.Sdk.Transport.Grpc;
using Google.Protobuf;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace DePin.Sdk.Hosting.Grpc;

/// <summary>The server's side of one gRPC call.</summary>
internal sealed class GrpcServerCall<TSend, TReceive> : IBufferedDuplexCall<TSend, TReceive>
    where TSend : class, IMessage<TSend>
    where TReceive : class, IMessage<TReceive>
{
    private readonly PipeReader _body;
    private readonly GrpcFrameReader<TReceive> _reader;
    private readonly GrpcFrameWriter<TSend> _writer;
    private Exception? _failure;
    private bool _writesCompleted;

    public GrpcServerCall(HttpContext context, MessageParser<TReceive> parser, GrpcServerLimits limits)
    {
        string? encoding = context.Request.Headers["grpc-encoding"];
        _body = context.Request.BodyReader;
        _reader = new GrpcFrameReader<TReceive>(_body, parser, new GrpcFrameLimits(limits.MaxReceiveBytes, Fault.Consumer, encoding));
        _writer = new GrpcFrameWriter<TSend>(context.Response.BodyWriter, new GrpcFrameLimits(limits.MaxSendBytes, Fault.Provider));
    }

    public ValueTask WriteAsync(TSend frame, CancellationToken cancellationToken = default) => WriteAsync(frame, flush: true, cancellationToken);

    public ValueTask WriteAsync(TSend frame, bool flush, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ThrowIfFailed();
        if (_writesCompleted)
        {
            throw new InvalidOperationException("Nothing can be written after CompleteWritesAsync.");
        }

        _writer.Write(frame);

        // What is not flushed stays in memory: a caller that never flushes must not fill it.
        return flush || _writer.Pipe.UnflushedBytes > IBufferedDuplexCall<TSend, TReceive>.MaxUnflushedBytes ? FlushAsync(cancellationToken) : ValueTask.CompletedTask;
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfFailed();
        var flushing = _writer.Pipe.FlushAsync(cancellationToken);
        if (!flushing.IsCompletedSuccessfully)
        {
            return WaitAsync(flushing, cancellationToken);
        }

        Check(flushing.Result);
        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default)
    {
        // The stream ends with the trailers, when the service returns; until then there is nothing to say.
        _writesCompleted = true;
        return ValueTask.CompletedTask;
    }

    public bool TryRead([NotNullWhen(true)] out TReceive? frame)
    {
        frame = null;
        return Volatile.Read(ref _failure) is null && _reader.TryRead(out frame);
    }

    public ValueTask<TReceive?> ReadAsync(CancellationToken cancellationToken = default) =>
        TryRead(out var frame) ? ValueTask.FromResult<TReceive?>(frame) : WaitAndReadAsync(cancellationToken);

    /// <summary>Makes everything that waits, and whatever comes later, fail. The first reason stays.</summary>
    public void Fail(Exception reason)
    {
        if (Interlocked.CompareExchange(ref _failure, reason, null) is not null)
        {
            return;
        }

        try
        {
            _body.CancelPendingRead();
            _writer.Pipe.CancelPendingFlush();
        }
        catch (Exception exception) when (IsConnectionLoss(exception))
        {
            // The consumer left at the same moment, which wakes whoever waits just as well.
        }
    }

    /// <summary>The consumer is gone; the server itself wakes whoever waits.</summary>
    public void Leave() => Interlocked.CompareExchange(ref _failure, ServiceFailure.CallerGone(), null);

    /// <summary>Cuts the service off from the connection, whose memory other calls are going to use.</summary>
    public ValueTask DisposeAsync()
    {
        Interlocked.CompareExchange(ref _failure, new OperationCanceledException("The call has ended."), null);
        return ValueTask.CompletedTask;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TReceive?> WaitAndReadAsync(CancellationToken cancellationToken)
    {
        ThrowIfFailed();
        try
        {
            return await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (Volatile.Read(ref _failure) is null && cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (IsConnectionLoss(exception))
        {
            ThrowIfFailed();
            throw ServiceFailure.CallerGone(exception);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitAsync(ValueTask<FlushResult> flushing, CancellationToken cancellationToken)
    {
        try
        {
            Check(await flushing.ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (Volatile.Read(ref _failure) is null && cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (IsConnectionLoss(exception))
        {
            ThrowIfFailed();
            throw ServiceFailure.CallerGone(exception);
        }
    }

    private void Check(FlushResult result)
    {
        if (result.IsCanceled || result.IsCompleted)
        {
            ThrowIfFailed();
            throw ServiceFailure.CallerGone();
        }
    }

    private void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private static bool IsConnectionLoss(Exception exception) =>
        exception is OperationCanceledException or IOException or ConnectionAbortedException or BadHttpRequestException;
}
