using System.Reflection;
using System.Text;
using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Nethereum.Contracts.ChannelEscrow;
using DePin.Sdk.ContractServices;
using DePin.Sdk.IntegrationTests;
using DePin.Sdk.IntegrationTests.Evm;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;
using Nethereum.JsonRpc.Client;
using Nethereum.Web3;
using Nethereum.Web3.Accounts;

namespace DePin.Sdk.Chains.Nethereum.Tests;

public sealed class ContractServiceTests(AnvilFixture anvil) : IClassFixture<AnvilFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Contracts => [.. ContractServiceWriter.Contracts];

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Sources_WrittenAnew_AreThoseOfTheRepository(string contract)
    {
        string folder = RepositoryFiles.PathOf("src", "DePin.Sdk.Chains.Nethereum", "Contracts", contract);
        var written = ContractServiceWriter.Write(contract, Abi(contract));
        Assert.Equal(Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order(), written.Keys.Order());
        Assert.All(written, file => Assert.Equal(file.Value, File.ReadAllText(Path.Combine(folder, file.Key)).ReplaceLineEndings("\n")));
    }

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Classes_ReadByNethereum_HaveTheSelectorsOfTheContract(string contract)
    {
        var abi = Abi(contract).EnumerateArray().ToArray();
        var types = typeof(NethereumSigner).Assembly.GetTypes().Where(type => type.Namespace == $"DePin.Sdk.Chains.Nethereum.Contracts.{contract}").ToArray();
        var extractor = new AttributesToABIExtractor();
        Assert.Equal(
            Selectors(abi, "function", 4),
            types.Where(type => type.GetCustomAttribute<FunctionAttribute>() is not null).Select(type => extractor.ExtractFunctionABI(type).Sha3Signature).Order(StringComparer.Ordinal));
        Assert.Equal(
            Selectors(abi, "event", 32),
            types.Where(type => type.GetCustomAttribute<EventAttribute>() is not null).Select(type => extractor.ExtractEventABI(type).Sha3Signature).Order(StringComparer.Ordinal));
        Assert.Equal(
            Selectors(abi, "error", 4),
            types.Where(type => type.GetCustomAttribute<ErrorAttribute>() is not null).Select(type => extractor.ExtractErrorABI(type).Sha3Signature[..8]).Order(StringComparer.Ordinal));
    }

    [AnvilFact]
    public async Task Open_ThroughTheService_IsAChannelForTheSettlement()
    {
        var payer = anvil.Node.Accounts[1];
        var client = new RpcClient(anvil.Node.HttpUrl).ToEvmClient();
        using var owner = Secp256k1Signer.FromPrivateKey(anvil.Node.Accounts[0].PrivateKey.Span);
        await using var sender = await EvmSender.OpenAsync(client, owner, new EvmSenderOptions { PollInterval = TimeSpan.FromMilliseconds(20) }).WaitAsync(Limit);
        var escrow = await EvmEscrow.DeployAsync(client, sender, TimeSpan.FromHours(1)).WaitAsync(Limit);

        var web3 = new Web3(new Account(payer.PrivateKey.ToArray(), 31337), anvil.Node.HttpUrl.ToString());
        var service = new ChannelEscrowService(web3, escrow.Address.ToString());
        Assert.Equal(3600, await service.CloseGracePeriodQueryAsync().WaitAsync(Limit));
        OpenFunction Open() => new()
        {
            Payee = anvil.Node.Accounts[2].Address,
            Token = EvmAddress.Zero.ToString(),
            Deposit = 1_000_000,
            Salt = new byte[32],
            AuthorizedSigner = EvmAddress.Zero.ToString(),
            AmountToSend = 1_000_000,
        };
        using var limit = new CancellationTokenSource(Limit);
        var receipt = await service.OpenRequestAndWaitForReceiptAsync(Open(), limit.Token);
        var opened = Assert.Single(service.GetOpenedEvent().DecodeAllEventsForEvent(receipt.Logs)).Event;
        Assert.Equal(payer.Address, opened.Payer, ignoreCase: true);

        var state = await service.GetChannelQueryAsync(new GetChannelFunction { ChannelId = opened.ChannelId }).WaitAsync(Limit);
        Assert.Equal(1_000_000, state.Deposit);
        await using var settlement = await web3.ConnectSettlementAsync(new EvmSettlementOptions { Escrow = escrow.Address }).WaitAsync(Limit);
        var channel = await settlement.FindChannelAsync(new Settlement.ChannelId(opened.ChannelId)).WaitAsync(Limit);
        Assert.Equal(1_000_000UL, channel!.Deposit.BaseUnits);

        // Once more is refused, by the contract's own error.
        var refusal = await Assert.ThrowsAsync<SmartContractCustomErrorRevertException>(() => service.OpenRequestAndWaitForReceiptAsync(Open(), limit.Token));
        Assert.True(refusal.IsCustomErrorFor<ChannelExistsError>());
    }

    private static JsonElement Abi(string contract)
    {
        using var artifact = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.PathOf("contracts", "evm", "artifacts", contract + ".json")));
        return artifact.RootElement.GetProperty("abi").Clone();
    }

    private static IEnumerable<string> Selectors(JsonElement[] abi, string kind, int length) => abi
        .Where(entry => entry.GetProperty("type").GetString() == kind)
        .Select(entry => Convert.ToHexStringLower(Keccak256.HashData(Encoding.ASCII.GetBytes(entry.GetProperty("name").GetString() + TypesOf(entry.GetProperty("inputs")))).AsSpan(0, length)))
        .Order(StringComparer.Ordinal);

    private static string TypesOf(JsonElement members) => $"({string.Join(',', members.EnumerateArray().Select(member =>
    {
        string type = member.GetProperty("type").GetString()!;
        return type.StartsWith("tuple", StringComparison.Ordinal) ? TypesOf(member.GetProperty("components")) + type[5..] : type;
    }))})";
}
