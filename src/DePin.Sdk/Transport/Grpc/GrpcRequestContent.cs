using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;

namespace DePin.Sdk.Transport.Grpc;

/// <summary>A request body that stays open: the call writes into it until it says that it is done.</summary>
internal sealed class GrpcRequestContent : HttpContent
{
    private static readonly MediaTypeHeaderValue ContentType = new("application/grpc");

    private readonly TaskCompletionSource<PipeWriter> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GrpcRequestContent() => Headers.ContentType = ContentType;

    /// <summary>Where frames go; completes when the request has been sent, fails when it never will be.</summary>
    public Task<PipeWriter> Opened => _opened.Task;

    /// <summary>Ends the body well.</summary>
    public void Complete() => _done.TrySetResult();

    /// <summary>Gives up the body; the stream is reset unless it has ended.</summary>
    public void Abort()
    {
        _done.TrySetCanceled();
        _opened.TrySetCanceled();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // Only now do the request's headers leave for sure; before the first frame nothing else would push them out.
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (!_opened.TrySetResult(PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true))))
        {
            // The handler repeats the request on another connection. What was written went to the first one.
            throw new HttpRequestException("The request cannot be repeated after its body has begun.");
        }

        await _done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
