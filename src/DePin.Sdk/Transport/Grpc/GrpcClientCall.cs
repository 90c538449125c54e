using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Google.Protobuf;

namespace DePin.Sdk.Transport.Grpc;

/// <summary>
/// The caller's side of one gRPC call. Reads tell how the call ended; a write that comes after the end is dropped, since the peer may end a
/// stream well while a frame is still on its way to it.
/// </summary>
internal sealed class GrpcClientCall<TRequest, TResponse> : IDuplexCall<TRequest, TResponse>
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly Uri _endpoint;
    private readonly MessageParser<TResponse> _parser;
    private readonly GrpcClientOptions _options;
    private readonly GrpcRequestContent _content = new();
    private readonly CancellationTokenSource _lifetime = new();
    private readonly Task<HttpResponseMessage> _responding;
    private readonly ITimer? _deadline;
    private HttpResponseMessage? _response;
    private PipeReader? _body;
    private GrpcFrameReader<TResponse>? _reader;
    private GrpcFrameWriter<TRequest>? _writer;
    private Exception? _failure;
    private bool _endedWell;
    private bool _writesCompleted;

    public GrpcClientCall(HttpMessageInvoker invoker, HttpRequestMessage request, Uri endpoint, MessageParser<TResponse> parser, TimeSpan? limit, GrpcClientOptions options)
    {
        _endpoint = endpoint;
        _parser = parser;
        _options = options;
        request.Content = _content;
        _responding = invoker.SendAsync(request, _lifetime.Token);
        _ = _responding.ContinueWith(OnResponding, this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (limit is { } due)
        {
            _deadline = options.TimeProvider.CreateTimer(
                static state => ((GrpcClientCall<TRequest, TResponse>)state!).Abort(CallDeadline.Missed()), this, due, Timeout.InfiniteTimeSpan);
        }
    }

    public async ValueTask WriteAsync(TRequest frame, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ThrowIfFailed();
        if (_writesCompleted)
        {
            throw new InvalidOperationException("Nothing can be written after CompleteWritesAsync.");
        }

        if (_endedWell)
        {
            return;
        }

        try
        {
            var writer = _writer ??= new GrpcFrameWriter<TRequest>(
                await _content.Opened.WaitAsync(cancellationToken).ConfigureAwait(false), new GrpcFrameLimits(_options.MaxSendBytes, Fault.Consumer));
            writer.Write(frame);
            await writer.Pipe.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DePinException)
        {
            throw;
        }
        catch (Exception exception) when (exception is OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            // Half a frame may be on the wire: nothing sensible can follow it.
            Abort(new OperationCanceledException("The call was cancelled while a frame was being written.", exception, cancellationToken));
            throw;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpRequestException or InvalidOperationException)
        {
            ThrowIfFailed();
        }
    }

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfFailed();
        _writesCompleted = true;
        _content.Complete();
        return ValueTask.CompletedTask;
    }

    public bool TryRead([NotNullWhen(true)] out TResponse? frame)
    {
        frame = null;
        if (_reader is null || _endedWell || Volatile.Read(ref _failure) is not null)
        {
            return false;
        }

        try
        {
            return _reader.TryRead(out frame);
        }
        catch (DePinException exception)
        {
            Abort(exception);
            throw;
        }
    }

    public ValueTask<TResponse?> ReadAsync(CancellationToken cancellationToken = default) =>
        TryRead(out var frame) ? ValueTask.FromResult<TResponse?>(frame) : WaitAndReadAsync(cancellationToken);

    /// <summary>Ends the call; one that runs is cancelled, which the peer sees.</summary>
    public ValueTask DisposeAsync()
    {
        Abort(new OperationCanceledException("The call was disposed."));
        return ValueTask.CompletedTask;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TResponse?> WaitAndReadAsync(CancellationToken cancellationToken)
    {
        ThrowIfFailed();
        if (_endedWell)
        {
            return null;
        }

        try
        {
            _reader ??= await OpenAsync(cancellationToken).ConfigureAwait(false);
            if (_reader is not null && await _reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame)
            {
                return frame;
            }

            End();
            return null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && Volatile.Read(ref _failure) is null)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever HTTP throws is the end of the call, and the table says what it means.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Abort(HttpFailure.ToException(exception, _endpoint));
            ThrowIfFailed();
            return null;
        }
    }

    /// <summary>Waits for the response; null when it says at once how the call ended.</summary>
    private async ValueTask<GrpcFrameReader<TResponse>?> OpenAsync(CancellationToken cancellationToken)
    {
        var response = await _responding.WaitAsync(cancellationToken).ConfigureAwait(false);
        var headers = response.Headers.NonValidated;
        if (headers.Contains(GrpcStatus.StatusTrailer))
        {
            return null;
        }

        if (response.StatusCode != System.Net.HttpStatusCode.OK)
        {
            throw HttpFailure.FromStatus(response.StatusCode, _endpoint);
        }

        string? mediaType = response.Content.Headers.ContentType?.MediaType;
        if (mediaType is not ("application/grpc" or "application/grpc+proto"))
        {
            throw new DePinException(
                DePinErrorCode.InvalidFrame, Fault.Provider, $"{_endpoint} answered with the content type '{CaipText.Shorten(mediaType)}' instead of application/grpc.");
        }

        string? encoding = headers.TryGetValues("grpc-encoding", out var values) ? values.ToString() : null;
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var body = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true));
        Volatile.Write(ref _body, body);
        if (Volatile.Read(ref _failure) is not null)
        {
            body.CancelPendingRead();
        }

        return new GrpcFrameReader<TResponse>(body, _parser, new GrpcFrameLimits(_options.MaxReceiveBytes, Fault.Provider, encoding));
    }

    private void End()
    {
        var response = _response!;
        var headers = response.Headers.NonValidated.Contains(GrpcStatus.StatusTrailer) ? response.Headers : response.TrailingHeaders;
        var status = GrpcStatus.FromTrailers(name => headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null)
            ?? throw new DePinException(DePinErrorCode.InvalidFrame, Fault.Provider, $"{_endpoint} ended the stream without a gRPC status.", isTransient: true);
        if (status.Code != GrpcStatusCode.Ok)
        {
            throw status.ToException();
        }

        _endedWell = true;
        _body?.Complete();
        Release();
    }

    private void Abort(Exception reason)
    {
        if (!_endedWell && Interlocked.CompareExchange(ref _failure, reason, null) is null)
        {
            Release();
            _lifetime.Cancel();
            Volatile.Read(ref _body)?.CancelPendingRead();
        }
    }

    private void Release()
    {
        _deadline?.Dispose();
        _content.Abort();
        Volatile.Read(ref _response)?.Dispose();
    }

    private static void OnResponding(Task<HttpResponseMessage> responding, object? state)
    {
        var call = (GrpcClientCall<TRequest, TResponse>)state!;
        if (responding.IsCompletedSuccessfully)
        {
            Volatile.Write(ref call._response, responding.Result);
            if (Volatile.Read(ref call._failure) is not null)
            {
                responding.Result.Dispose();
            }
        }
        else
        {
            var cause = responding.Exception?.InnerException ?? new TaskCanceledException(responding);
            call.Abort(HttpFailure.ToException(cause, call._endpoint));
        }
    }

    private void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
