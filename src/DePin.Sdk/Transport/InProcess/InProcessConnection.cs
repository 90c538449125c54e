using DePin.Sdk.Wire;

namespace DePin.Sdk.Transport.InProcess;

/// <summary>The way to one provider in this process. The provider may come and go; the connection stays.</summary>
internal sealed class InProcessConnection(Uri endpoint, TimeProvider time) : IProviderConnection
{
    private readonly Lock _gate = new();
    private readonly HashSet<InProcessStream> _running = [];
    private IProviderService? _service;

    public Uri Endpoint => endpoint;

    public bool TryAttach(IProviderService service)
    {
        lock (_gate)
        {
            if (_service is not null)
            {
                return false;
            }

            _service = service;
            return true;
        }
    }

    public bool Detach()
    {
        InProcessStream[] orphans;
        lock (_gate)
        {
            if (_service is null)
            {
                return false;
            }

            _service = null;
            orphans = [.. _running];
        }

        foreach (var stream in orphans)
        {
            stream.Fail(Gone());
        }

        return true;
    }

    public ValueTask<IDuplexCall<ConsumerFrame, ProviderFrame>> RunJobAsync(CallOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        var metadata = CallMetadata.ToDictionary(options);
        var stream = new InProcessStream(CallDeadline.Remaining(options, time), time);
        IProviderService? service;
        lock (_gate)
        {
            service = _service;
            if (service is not null)
            {
                _running.Add(stream);
            }
        }

        if (service is null)
        {
            stream.Fail(Gone());
        }
        else
        {
            // The provider is another party: nothing ambient of the consumer's (its current activity above all) may reach it except as metadata.
            using (ExecutionContext.SuppressFlow())
            {
                _ = Task.Run(() => ServeAsync(service, stream, metadata), CancellationToken.None);
            }
        }

        return ValueTask.FromResult(stream.Consumer);
    }

    public Task<ListOffersResponse> ListOffersAsync(CallOptions options, CancellationToken cancellationToken = default) =>
        CallAsync(static (service, _, token) => service.ListOffersAsync(new ListOffersRequest(), token), 0, options, cancellationToken);

    public Task<CloseChannelResponse> CloseChannelAsync(CloseChannelRequest request, CallOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return CallAsync(static (service, request, token) => service.CloseChannelAsync(request, token), request, options, cancellationToken);
    }

    /// <summary>The connector owns the connection.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task ServeAsync(IProviderService service, InProcessStream stream, IReadOnlyDictionary<string, string> metadata)
    {
        try
        {
            await service.RunJobAsync(stream.Provider, metadata, stream.ProviderToken).ConfigureAwait(false);
            stream.Finish();
        }
#pragma warning disable CA1031 // Whatever the provider throws is the consumer's answer.
        catch (Exception exception)
        {
            stream.Fail(ServiceFailure.ToCallerException(exception));
        }
#pragma warning restore CA1031
        finally
        {
            await stream.Provider.DisposeAsync().ConfigureAwait(false);
            lock (_gate)
            {
                _running.Remove(stream);
            }
        }
    }

    private async Task<TResponse> CallAsync<TState, TResponse>(
        Func<IProviderService, TState, CancellationToken, Task<TResponse>> call, TState state, CallOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        CallMetadata.Validate(options);
        var service = Volatile.Read(ref _service) ?? throw Gone();
        var remaining = CallDeadline.Remaining(options, time);
        using var deadline = remaining is { } limit ? new CancellationTokenSource(limit, time) : new CancellationTokenSource();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        Task<TResponse> running;
        using (ExecutionContext.SuppressFlow())
        {
            running = Task.Run(() => call(service, state, linked.Token), CancellationToken.None);
        }

        try
        {
            // A provider that ignores its token must not hold the caller past the deadline.
            return await running.WaitAsync(linked.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw deadline.IsCancellationRequested ? CallDeadline.Missed() : ServiceFailure.ToCallerException(exception);
        }
    }

    private DePinException Gone() =>
        new(DePinErrorCode.Unavailable, Fault.Network, $"No provider is reachable at {endpoint}; try another one.", isTransient: true);
}
