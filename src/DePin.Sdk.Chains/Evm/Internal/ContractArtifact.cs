using System.Text.Json;
using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.Internal;

/// <summary>What the compiler made of a contract: the files of contracts/evm/artifacts, which the build puts into this assembly as they are.</summary>
internal static class ContractArtifact
{
    /// <summary>The code that a deployment runs, without constructor arguments.</summary>
    public static byte[] CreationCode(string contract)
    {
        using var artifact = Open(contract);
        return Hex.Decode(artifact.RootElement.GetProperty("bytecode").GetString()!);
    }

    /// <summary>The whole artifact; dispose of it.</summary>
    public static JsonDocument Open(string contract)
    {
        using var stream = typeof(ContractArtifact).Assembly.GetManifestResourceStream($"{contract}.json")
            ?? throw new ArgumentException($"This assembly carries no contract '{contract}'.", nameof(contract));
        return JsonDocument.Parse(stream);
    }
}
