using FsCheck;
using FsCheck.Fluent;

namespace DePin.Sdk.Tests;

public sealed class CaipTests
{
    [Theory]
    [InlineData("eip155:1")]
    [InlineData("eip155:8453")]
    [InlineData("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp")]
    [InlineData("cosmos:Binance-Chain-Tigris")]
    [InlineData("depin:local")]
    public void ChainId_Caip2_RoundTrips(string text) => Assert.Equal(text, ChainId.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("eip155")]
    [InlineData("eip155:")]
    [InlineData(":1")]
    [InlineData("ei:1")]
    [InlineData("EIP155:1")]
    [InlineData("eip155000:1")]
    [InlineData("eip155:1:2")]
    [InlineData("eip155:123456789012345678901234567890123")]
    [InlineData("eip155:ä")]
    public void ChainId_OtherText_IsRefused(string text)
    {
        Assert.False(ChainId.TryParse(text, out _));
        Assert.Throws<FormatException>(() => ChainId.Parse(text));
    }

    [Theory]
    [InlineData("eip155:1:0xab16a96D359eC26a11e2C2b3d8f8B8942d5Bfcdb")]
    [InlineData("solana:4sGjMW1sUnHzSxGspuhpqLDx6wiyjNtZ:7S3P4HxJpyyigGzodYwHtCxZyUQe9JiBMHyRWXArAaKv")]
    [InlineData("hedera:mainnet:0.0.1234567890-zbhlt")]
    [InlineData("depin:local:p256-sha256.02ab")]
    public void AccountId_Caip10_RoundTrips(string text)
    {
        var id = AccountId.Parse(text);
        Assert.Equal(text, id.ToString());
        Assert.Equal(text, $"{id.Chain}:{id.Address}");
        Assert.Equal(id, new AccountId(id.Chain, id.Address));
    }

    [Theory]
    [InlineData("")]
    [InlineData("eip155:1")]
    [InlineData("eip155:1:")]
    [InlineData("eip155:1:a b")]
    [InlineData("eip155:1:a/b")]
    [InlineData("eip155::a")]
    public void AccountId_OtherText_IsRefused(string text)
    {
        Assert.False(AccountId.TryParse(text, out _));
        Assert.Throws<FormatException>(() => AccountId.Parse(text));
    }

    [Fact]
    public void AccountId_BadParts_AreRefused()
    {
        Assert.Throws<FormatException>(() => new AccountId(ChainId.Local, string.Empty));
        Assert.Throws<FormatException>(() => new AccountId(ChainId.Local, "a:b"));
        Assert.Throws<FormatException>(() => new AccountId(ChainId.Local, new string('a', 129)));
        Assert.Throws<FormatException>(() => new AccountId(default, "a"));
        Assert.Throws<ArgumentNullException>(() => new AccountId(ChainId.Local, null!));
        Assert.Equal(string.Empty, default(AccountId).Address);
    }

    [Theory]
    [InlineData("eip155:1/slip44:60")]
    [InlineData("eip155:1/erc20:0x6b175474e89094c44da98b954eedeac495271d0f")]
    [InlineData("depin:local/credit:usd")]
    public void Asset_Caip19_RoundTrips(string text)
    {
        var asset = Asset.Parse(text);
        Assert.Equal(text, asset.ToString());
        Assert.Equal(text.Split('/')[0], asset.Chain.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("eip155:1")]
    [InlineData("eip155:1/")]
    [InlineData("eip155:1/slip44")]
    [InlineData("eip155:1/slip44:")]
    [InlineData("eip155:1/ERC20:0x1")]
    [InlineData("eip155:1/erc721:0x1/771769")]
    [InlineData("eip155/slip44:60")]
    public void Asset_OtherText_IsRefused(string text)
    {
        Assert.False(Asset.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Asset.Parse(text));
    }

    [Fact]
    public void TryParse_AnyText_NeverThrowsAndRoundTrips() => Prop.ForAll<string?>(text =>
    {
        Assert.True(!ChainId.TryParse(text, out var chain) || chain.ToString() == text);
        Assert.True(!AccountId.TryParse(text, out var account) || account.ToString() == text);
        Assert.True(!Asset.TryParse(text, out var asset) || asset.ToString() == text);
        Amount.TryParse(text, out _);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Parse_HugeText_IsShortenedInTheMessage()
    {
        var error = Assert.Throws<FormatException>(() => AccountId.Parse(new string('x', 1_000_000)));
        Assert.InRange(error.Message.Length, 1, 300);
    }
}
