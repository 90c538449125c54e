using System.Security.Cryptography;
using DePin.Sdk.Chains.Evm.Registry;

namespace DePin.Sdk.Chains.Tests.Evm.Registry;

public sealed class EvmProviderDocumentTests
{
    [Fact]
    public void Parse_OwnBytes_GivesTheDocument()
    {
        var document = new EvmProviderDocument { Endpoints = [new Uri("https://provider.example:5001/"), new Uri("http://203.0.113.7:5001/")], Name = "Müller & Söhne" };

        var parsed = EvmProviderDocument.Parse(document.ToBytes());

        Assert.Equal(document.Endpoints, parsed.Endpoints);
        Assert.Equal(document.Name, parsed.Name);
        Assert.Equal(SHA256.HashData(document.ToBytes()), EvmProviderDocument.ComputeHash(document.ToBytes()).ToArray());
    }

    [Fact]
    public void Parse_MembersOfLaterVersions_AreIgnored() =>
        Assert.Equal("https://a.example/", Parse("""{"more":{"a":[1]},"type":"depin.provider.v1","endpoints":["https://a.example/"]}""").Endpoints[0].AbsoluteUri);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"type":7,"endpoints":["https://a.example/"]}""")]
    [InlineData("""{"type":"depin.provider.v2","endpoints":["https://a.example/"]}""")]
    [InlineData("""{"type":"depin.provider.v1"}""")]
    [InlineData("""{"type":"depin.provider.v1","endpoints":"https://a.example/"}""")]
    [InlineData("""{"type":"depin.provider.v1","endpoints":[]}""")]
    [InlineData("""{"type":"depin.provider.v1","endpoints":[7]}""")]
    [InlineData("""{"type":"depin.provider.v1","endpoints":["a.example"]}""")]
    [InlineData("""{"type":"depin.provider.v1","endpoints":["file:///etc/passwd"]}""")]
    [InlineData("""{"type":"depin.provider.v1","endpoints":["https://user@a.example/"]}""")]
    [InlineData("""{"type":"depin.provider.v1","endpoints":["https://a.example/#x"]}""")]
    [InlineData("""{"type":"depin.provider.v1","endpoints":["https://a.example/"],"name":7}""")]
    [InlineData("""{"type":"depin.provider.v1","endpoints":["https://a.example/"],"name":"a\u0000"}""")]
    [InlineData("""{"type":"depin.provider.v1","endpoints":["https://a.example/"],"name":"\ud800"}""")]
    [InlineData("""{"type":"depin.provider.v1","endpoints":["\ud800"]}""")]
    [InlineData("""{"type":"depin.provider.v1","endpoints":["https://a/","https://a/","https://a/","https://a/","https://a/","https://a/","https://a/","https://a/","https://a/"]}""")]
    public void Parse_SomethingElse_IsATypedError(string text)
    {
        var problem = Assert.Throws<DePinException>(() => Parse(text));
        Assert.Equal((DePinErrorCode.InvalidFrame, Fault.Provider), (problem.Code, problem.Fault));
    }

    [Fact]
    public void Parse_TooLong_IsATypedError() =>
        Assert.Equal(DePinErrorCode.InvalidFrame, Assert.Throws<DePinException>(() => EvmProviderDocument.Parse(new byte[EvmProviderDocument.MaxLength + 1])).Code);

    [Fact]
    public void Parse_MutatedDocuments_AreDocumentsOrTypedErrors()
    {
        var bytes = new EvmProviderDocument { Endpoints = [new Uri("https://provider.example:5001/")], Name = "a name" }.ToBytes();
        var random = new Random(11);
        for (int i = 0; i < 20_000; i++)
        {
            var mutated = bytes[..(random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length)];
            for (int change = random.Next(1, 4); change > 0 && mutated.Length > 0; change--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            try
            {
                Assert.NotEmpty(EvmProviderDocument.Parse(mutated).Endpoints);
            }
            catch (DePinException problem)
            {
                Assert.Equal(DePinErrorCode.InvalidFrame, problem.Code);
            }
        }
    }

    [Fact]
    public void ToBytes_NoEndpoint_IsRefused() => Assert.Throws<DePinException>(() => new EvmProviderDocument { Endpoints = [] }.ToBytes());

    private static EvmProviderDocument Parse(string text) => EvmProviderDocument.Parse(System.Text.Encoding.UTF8.GetBytes(text));
}
