using DePin.Sdk.Market;
using DePin.Sdk.Testing.Conformance;

namespace DePin.Sdk.Tests.Market;

public sealed class SelectorConformanceTests
{
    private static readonly Dictionary<string, Func<IOfferSelector>> Selectors = new()
    {
        ["power of two"] = () => new PowerOfTwoSelector(random: new Random(1)),
        ["power of two, shared randomness"] = () => new PowerOfTwoSelector(),
        ["cheapest"] = () => new CheapestSelector(),
        ["lowest latency"] = () => new LowestLatencySelector(new Random(1)),
    };

    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var selector in Selectors.Keys)
            {
                foreach (var name in OfferSelectorConformance.CaseNames)
                {
                    data.Add(selector, name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Selector_ConformanceCase_Holds(string selector, string caseName) => new OfferSelectorConformance(Selectors[selector]).RunAsync(caseName);
}
