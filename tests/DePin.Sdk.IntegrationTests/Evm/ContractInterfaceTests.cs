using System.Reflection;
using System.Text.Json;
using DePin.Sdk.Chains.Evm.Disputes.Internal;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Registry.Internal;
using DePin.Sdk.Chains.Evm.Rewards.Internal;

namespace DePin.Sdk.IntegrationTests.Evm;

/// <summary>The interfaces that the SDK calls contracts by are those that the compiler wrote.</summary>
public sealed class ContractInterfaceTests
{
    public static TheoryData<string, Type> Interfaces => new()
    {
        { RegistryAbi.Contract, typeof(RegistryAbi) },
        { ArbiterAbi.Contract, typeof(ArbiterAbi) },
        { DistributorAbi.Contract, typeof(DistributorAbi) },
    };

    [Theory]
    [MemberData(nameof(Interfaces))]
    public void Abi_EveryMember_IsTheCompilers(string contract, Type type)
    {
        var compiled = Read(contract).ToHashSet(StringComparer.Ordinal);
        var members = type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).ToArray();

        Assert.NotEmpty(members.OfType<AbiFunction>());
        Assert.All(members.OfType<AbiFunction>(), function => Assert.Contains(
            compiled,
            entry => entry == Function(function) || (function.Results.Count == 0 && entry.StartsWith($"function {function.Signature} ", StringComparison.Ordinal))));
        Assert.All(members.OfType<AbiEvent>(), @event => Assert.Contains(
            $"event {@event.Name}({string.Join(',', @event.Parameters.Select(parameter => parameter.Type + (parameter.IsIndexed ? " indexed" : string.Empty)))})",
            compiled));

        // Errors also come out of the contracts that a call goes through.
        var errors = Read(contract).Concat(Read(RegistryAbi.Contract)).Concat(Read("testing/TestToken")).ToHashSet(StringComparer.Ordinal);
        Assert.All(members.OfType<AbiError[]>().Single(), error => Assert.Contains($"error {error.Signature}", errors));
    }

    private static string Function(AbiFunction function) => $"function {function.Signature} ({string.Join(',', function.Results.Select(result => result.Type))})";

    private static IEnumerable<string> Read(string contract)
    {
        using var artifact = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.PathOf("contracts", "evm", "artifacts", contract + ".json")));
        return [.. artifact.RootElement.GetProperty("abi").EnumerateArray().Where(entry => entry.TryGetProperty("name", out _)).Select(Describe)];
    }

    private static string Describe(JsonElement entry) => entry.GetProperty("type").GetString() switch
    {
        "function" => $"function {entry.GetProperty("name").GetString()}({List(entry.GetProperty("inputs"))}) ({List(entry.GetProperty("outputs"))})",
        var kind => $"{kind} {entry.GetProperty("name").GetString()}({List(entry.GetProperty("inputs"))})",
    };

    private static string List(JsonElement parameters) => string.Join(',', parameters.EnumerateArray().Select(parameter =>
        TypeOf(parameter) + (parameter.TryGetProperty("indexed", out var indexed) && indexed.GetBoolean() ? " indexed" : string.Empty)));

    private static string TypeOf(JsonElement parameter)
    {
        var type = parameter.GetProperty("type").GetString()!;
        return type.StartsWith("tuple", StringComparison.Ordinal) ? $"({List(parameter.GetProperty("components"))}){type[5..]}" : type;
    }
}
