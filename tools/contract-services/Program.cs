using System.Text.Json;
using DePin.Sdk.ContractServices;

// Writes the services of DePin.Sdk.Chains.Nethereum anew: dotnet run --project tools/contract-services, in the repository's folder.
foreach (string contract in ContractServiceWriter.Contracts)
{
    using var artifact = JsonDocument.Parse(File.ReadAllText(Path.Combine("contracts", "evm", "artifacts", contract + ".json")));
    string folder = Path.Combine("src", "DePin.Sdk.Chains.Nethereum", "Contracts", contract);
    Directory.CreateDirectory(folder);
    foreach (var (name, text) in ContractServiceWriter.Write(contract, artifact.RootElement.GetProperty("abi")))
    {
        File.WriteAllText(Path.Combine(folder, name), text);
    }
}
