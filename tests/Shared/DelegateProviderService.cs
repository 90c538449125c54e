using DePin.Sdk.Transport;
using DePin.Sdk.Wire;

namespace DePin.Sdk.TestParts;

/// <summary>A provider whose job is a delegate.</summary>
internal sealed class DelegateProviderService(
    Func<IDuplexCall<ProviderFrame, ConsumerFrame>, IReadOnlyDictionary<string, string>, CancellationToken, Task> runJob) : IProviderService
{
    public Func<CancellationToken, Task<ListOffersResponse>> ListOffers { get; init; } = static _ => Task.FromResult(new ListOffersResponse());

    public Task RunJobAsync(IDuplexCall<ProviderFrame, ConsumerFrame> stream, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken) =>
        runJob(stream, metadata, cancellationToken);

    public Task<ListOffersResponse> ListOffersAsync(ListOffersRequest request, CancellationToken cancellationToken) => ListOffers(cancellationToken);

    public Task<CloseChannelResponse> CloseChannelAsync(CloseChannelRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new CloseChannelResponse { Settled = new U128 { Low = (ulong)request.ChannelId.Length } });

    public static ProviderFrame Delta(long outputTokens) => new() { Delta = new JobDelta { OutputTokens = outputTokens } };

    public static ConsumerFrame Start(string model) => new() { Start = new JobStart { Model = model } };
}
