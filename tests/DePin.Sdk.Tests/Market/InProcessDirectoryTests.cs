using DePin.Sdk.Market;
using DePin.Sdk.Testing.Conformance;

namespace DePin.Sdk.Tests.Market;

public sealed class InProcessDirectoryTests
{
    public static TheoryData<string> DirectoryCases => [.. DirectoryConformance.CaseNames];

    public static TheoryData<string> PublisherCases => [.. PublisherConformance.CaseNames];

    [Theory]
    [MemberData(nameof(DirectoryCases))]
    public async Task Directory_ConformanceCase_Holds(string caseName)
    {
        using var suite = new DirectoryConformance(async (offers, time) =>
        {
            var directory = new InProcessDirectory(TimeSpan.FromDays(1), timeProvider: time);
            foreach (var offer in offers)
            {
                await directory.PublishAsync(offer);
            }

            return directory;
        });
        await suite.RunAsync(caseName);
    }

    [Theory]
    [MemberData(nameof(PublisherCases))]
    public async Task Publisher_ConformanceCase_Holds(string caseName)
    {
        using var suite = new PublisherConformance((time, lease) =>
        {
            var directory = new InProcessDirectory(lease, timeProvider: time);
            return Task.FromResult<(IOfferPublisher, IProviderDirectory)>((directory, directory));
        });
        await suite.RunAsync(caseName);
    }
}
