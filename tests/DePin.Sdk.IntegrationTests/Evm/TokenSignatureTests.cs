using System.Text.Json.Nodes;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.TypedData;
using DePin.Sdk.Testing.Evm;

namespace DePin.Sdk.IntegrationTests.Evm;

/// <summary>Contracts accept what the typed-data builders sign: authorizations, permits, and the two ways to open a channel with them.</summary>
public sealed class TokenSignatureTests(AnvilFixture fixture) : IClassFixture<AnvilFixture>, IDisposable
{
    private static readonly UInt256 Forever = ulong.MaxValue;
    private static readonly EvmAddress Payee = EvmAddress.Parse("0x00000000000000000000000000000000000000aa");
    private static readonly AbiFunction BalanceOf = AbiFunction.Parse("balanceOf(address)", "(uint256)");

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));

    private AnvilNode Node => fixture.Node;

    public void Dispose() => _limit.Dispose();

    [AnvilFact]
    public async Task Eip3009_TransferAndCancel_AreAcceptedOnce()
    {
        var (token, domain, owner, account) = await PrepareAsync();
        var transfer = new TransferWithAuthorization(account, Payee, 700, 0, Forever, Hash32.Keccak("one"u8));
        var before = await BalanceAsync(token, Payee);
        var call = AbiFunction.Parse("transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)")
            .EncodeCall(account, Payee, transfer.Value, transfer.ValidAfter, transfer.ValidBefore, transfer.Nonce, Bytes(await owner.SignTypedDataAsync(domain, transfer)));
        Assert.True(await SendAsync(token, call));
        Assert.Equal(before + 700, await BalanceAsync(token, Payee));
        Assert.False(await SendAsync(token, call));

        var second = transfer with { Nonce = Hash32.Keccak("two"u8) };
        var cancel = await owner.SignTypedDataAsync(domain, new CancelAuthorization(account, second.Nonce));
        Assert.True(await SendAsync(token, AbiFunction.Parse("cancelAuthorization(address,bytes32,uint8,bytes32,bytes32)")
            .EncodeCall(account, second.Nonce, V(cancel), Hash32.FromUInt256(cancel.R), Hash32.FromUInt256(cancel.S))));
        Assert.False(await SendAsync(token, AbiFunction.Parse("transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)")
            .EncodeCall(account, Payee, second.Value, second.ValidAfter, second.ValidBefore, second.Nonce, Bytes(await owner.SignTypedDataAsync(domain, second)))));
        owner.Dispose();
    }

    [AnvilFact]
    public async Task Eip2612_Permit_SetsTheAllowance()
    {
        var (token, domain, owner, account) = await PrepareAsync();
        var nonce = await ReadAsync(token, AbiFunction.Parse("nonces(address)", "(uint256)"), account);
        var permit = new Permit(account, Payee, UInt256.MaxValue, nonce, Forever);
        var signature = await owner.SignTypedDataAsync(domain, permit);
        var call = AbiFunction.Parse("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)")
            .EncodeCall(account, Payee, permit.Value, permit.Deadline, V(signature), Hash32.FromUInt256(signature.R), Hash32.FromUInt256(signature.S));
        Assert.True(await SendAsync(token, call));
        Assert.Equal(UInt256.MaxValue, await ReadAsync(token, AbiFunction.Parse("allowance(address,address)", "(uint256)"), account, Payee));
        Assert.False(await SendAsync(token, call));
        owner.Dispose();
    }

    [AnvilFact]
    public async Task Escrow_OpenedWithAuthorization_TakesTheBoundNonceAlone()
    {
        var (token, domain, owner, account) = await PrepareAsync();
        var escrow = EvmAddress.Parse(await AnvilFixture.DeployAsync(Node, "ChannelEscrow", AbiType.Parse("(uint256)").Encode(3_600UL)));
        var open = AbiFunction.Parse("openWithAuthorization(address,address,uint128,bytes32,address,address,uint256,uint256,bytes32,bytes)", "(bytes32)");
        var terms = new EvmChannelTerms(account, Payee, token, Hash32.Keccak("salt"u8), EvmAddress.Zero);
        var authorization = ReceiveWithAuthorization.ForChannel(escrow, account, Payee, token, terms.Salt, terms.AuthorizedSigner, 500, 0, Forever);
        var signature = Bytes(await owner.SignTypedDataAsync(domain, authorization));

        // Somebody who saw it cannot open another channel with it.
        Assert.False(await SendAsync(escrow, open.EncodeCall(
            EvmAddress.Parse(Node.Accounts[2].Address), token, (UInt128)500, terms.Salt, terms.AuthorizedSigner, account, 0UL, Forever, authorization.Nonce, signature)));
        Assert.True(await SendAsync(escrow, open.EncodeCall(Payee, token, (UInt128)500, terms.Salt, terms.AuthorizedSigner, account, 0UL, Forever, authorization.Nonce, signature)));
        Assert.Equal((UInt256)500, await BalanceAsync(token, escrow));
        owner.Dispose();
    }

    [AnvilFact]
    public async Task Escrow_OpenedWithPermit_TakesTheDeposit()
    {
        var (token, domain, owner, account) = await PrepareAsync();
        var escrow = EvmAddress.Parse(await AnvilFixture.DeployAsync(Node, "ChannelEscrow", AbiType.Parse("(uint256)").Encode(3_600UL)));
        var nonce = await ReadAsync(token, AbiFunction.Parse("nonces(address)", "(uint256)"), account);
        var signature = await owner.SignTypedDataAsync(domain, new Permit(account, escrow, 400, nonce, Forever));
        var call = AbiFunction.Parse("openWithPermit(address,address,uint128,bytes32,address,uint256,uint8,bytes32,bytes32)", "(bytes32)")
            .EncodeCall(Payee, token, (UInt128)400, Hash32.Keccak("salt"u8), EvmAddress.Zero, Forever, V(signature), Hash32.FromUInt256(signature.R), Hash32.FromUInt256(signature.S));
        Assert.True(await SendAsync(escrow, call, from: account));
        Assert.Equal((UInt256)400, await BalanceAsync(token, escrow));
        owner.Dispose();
    }

    /// <summary>A token, its domain, and an account of the node that holds some of it.</summary>
    private async Task<(EvmAddress Token, TypedDataDomain Domain, Secp256k1Signer Owner, EvmAddress Account)> PrepareAsync()
    {
        var token = EvmAddress.Parse(await AnvilFixture.DeployAsync(Node, Path.Combine("testing", "TestToken")));
        var chain = Hex.DecodeQuantity((await Node.CallAsync("eth_chainId", [], _limit.Token)).GetString()!);
        var owner = Secp256k1Signer.FromPrivateKey(Node.Accounts[1].PrivateKey.Span);
        var account = owner.GetEvmAddress();
        Assert.Equal(Node.Accounts[1].Address, account.ToString(), ignoreCase: true);
        Assert.True(await SendAsync(token, AbiFunction.Parse("mint(address,uint256)").EncodeCall(account, 1_000_000UL)));
        var domain = new TypedDataDomain("Test Dollar", "1", chain, token);
        Assert.Equal(domain.Separator.ToUInt256(), await ReadAsync(token, AbiFunction.Parse("DOMAIN_SEPARATOR()", "(uint256)")));
        return (token, domain, owner, account);
    }

    private Task<UInt256> BalanceAsync(EvmAddress token, EvmAddress account) => ReadAsync(token, BalanceOf, account);

    private async Task<UInt256> ReadAsync(EvmAddress contract, AbiFunction function, params AbiValue[] arguments)
    {
        var call = new JsonObject { ["to"] = contract.ToString(), ["data"] = Hex.Encode(function.EncodeCall(arguments)) };
        var result = await Node.CallAsync("eth_call", [call, "latest"], _limit.Token);
        return function.DecodeResults(Hex.Decode(result.GetString()!))[0].AsUInt256();
    }

    /// <summary>False when the transaction reverted. Its gas is given, so that the node does not refuse it beforehand.</summary>
    private async Task<bool> SendAsync(EvmAddress to, byte[] data, EvmAddress? from = null)
    {
        var transaction = new JsonObject { ["from"] = from?.ToString() ?? Node.Accounts[0].Address, ["to"] = to.ToString(), ["data"] = Hex.Encode(data), ["gas"] = "0x7a120" };
        var hash = await Node.CallAsync("eth_sendTransaction", [transaction], _limit.Token);
        await Node.MineAsync(1, _limit.Token);
        var receipt = await Node.CallAsync("eth_getTransactionReceipt", [hash.GetString()], _limit.Token);
        return receipt.GetProperty("status").GetString() == "0x1";
    }

    private static ulong V(EvmSignature signature) => signature.YParity ? 28UL : 27UL;

    private static byte[] Bytes(EvmSignature signature)
    {
        var bytes = new byte[EvmSignature.SizeInBytes];
        signature.CopyTo(bytes);
        return bytes;
    }
}
