using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;

namespace DePin.Sdk.Chains.Tests.Evm;

public sealed class EvmCaipTests
{
    private static readonly EvmAddress Token = EvmAddress.Parse("0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48");

    [Fact]
    public void Names_OfAChain_AreThoseOfCaip()
    {
        Assert.Equal("eip155:8453", EvmCaip.ToChainId(8453).ToString());
        Assert.Equal("eip155:1:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", EvmCaip.ToAccountId(1, Token).ToString());
        Assert.Equal("eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", EvmCaip.ToAsset(1, Token).ToString());
        Assert.Equal("eip155:137/slip44:966", EvmCaip.ToNativeAsset(137, 966).ToString());
    }

    [Theory]
    [InlineData("eip155:1:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", true)]
    [InlineData("eip155:1:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", true)]
    [InlineData("eip155:1:0xa0B86991c6218b36c1d19D4a2e9Eb0cE3606eB48", false)]
    [InlineData("eip155:1:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB4", false)]
    [InlineData("eip155:2:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", false)]
    [InlineData("depin:local:p256-sha256.02", false)]
    public void TryGetAddress_Account_IsReadWhenItIsTheChains(string account, bool isRead)
    {
        Assert.Equal(isRead, EvmCaip.TryGetAddress(AccountId.Parse(account), 1, out var address));
        Assert.Equal(isRead ? Token : default, address);
    }

    [Theory]
    [InlineData("eip155:1/slip44:60", true, true)]
    [InlineData("eip155:1/slip44:966", false, false)]
    [InlineData("eip155:1/erc20:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", true, false)]
    [InlineData("eip155:1/erc20:0x0000000000000000000000000000000000000000", false, false)]
    [InlineData("eip155:1/erc721:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", false, false)]
    [InlineData("eip155:10/erc20:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", false, false)]
    public void TryGetToken_Asset_IsReadWhenItIsTheChains(string asset, bool isRead, bool isCoin)
    {
        Assert.Equal(isRead, EvmCaip.TryGetToken(Asset.Parse(asset), 1, EvmCaip.Ether, out var token));
        Assert.Equal(isCoin || !isRead, token.IsZero);
    }

    [Fact]
    public void Options_OutOfRange_SayWhatToWrite()
    {
        Action<EvmSettlementOptions>[] wrong =
        [
            options => options.Escrow = EvmAddress.Zero,
            options => options.DataDirectory = string.Empty,
            options => options.ReadTag = EvmBlockTag.Pending,
            options => options.NativeCoinType = -1,
            options => options.MaxVouchersPerTransaction = 0,
            options => options.MaxVouchersPerTransaction = 701,
            options => options.Sender = new EvmSenderOptions { JournalPath = "x" },
            options => options.Sender = new EvmSenderOptions { MaxInFlight = 0 },
        ];
        foreach (var change in wrong)
        {
            var options = new EvmSettlementOptions { Escrow = Token };
            options.Snapshot();
            change(options);
            Assert.Throws<ArgumentException>(options.Snapshot);
        }
    }
}
