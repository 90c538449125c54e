using DePin.Sdk.Market;
using DePin.Sdk.Testing.Conformance;

namespace DePin.Sdk.Tests.Market;

public sealed class StaticDirectoryTests
{
    public static TheoryData<string> Cases => [.. DirectoryConformance.CaseNames];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Directory_ConformanceCase_Holds(string caseName)
    {
        using var suite = new DirectoryConformance((offers, time) => Task.FromResult<IProviderDirectory>(new StaticDirectory(offers, time)));
        await suite.RunAsync(caseName);
    }
}
