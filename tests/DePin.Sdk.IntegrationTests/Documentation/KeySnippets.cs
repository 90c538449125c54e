using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Keys;
using DePin.Sdk.Chains.Evm.TypedData;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Keys;
using DePin.Sdk.Identity;
using DePin.Sdk.Testing.Conformance;

namespace DePin.Sdk.IntegrationTests.Documentation;

/// <summary>The snippets of docs/guides/keys.md, each run as it is shown.</summary>
public sealed class KeySnippets : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depin-test-");

    public static TheoryData<string> SignerCases => [.. SignerConformance.CaseNames];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Keys_Store_MakesAndOpensAKey()
    {
        var folder = _folder.FullName;
        string password = "correct horse battery staple";

        // begin-snippet: key-store
        var keys = new EvmKeyStore(folder);
        var entry = keys.List() is [var first, ..] ? first : await keys.CreateAsync(password);
        using Secp256k1Signer signer = await keys.OpenAsync(entry.Address, password);
        // end-snippet

        Assert.Equal(entry.Address, signer.GetEvmAddress());
        var wrong = await Assert.ThrowsAsync<EvmKeyException>(() => keys.OpenAsync(entry.Address, "another"));
        Assert.Equal(EvmKeyProblem.WrongPassword, wrong.Problem);
    }

    [Fact]
    public async Task Keys_SolanaFile_IsMadeAndReadAgain()
    {
        var path = Path.Combine(_folder.FullName, "solana.json");
        await OpenAsync(isThere: false);
        await OpenAsync(isThere: true);

        async Task OpenAsync(bool isThere)
        {
            Assert.Equal(isThere, File.Exists(path));

            // begin-snippet: solana-key-file
            using Ed25519Signer signer = File.Exists(path) ? await SolanaKeyFile.ReadAsync(path) : await SolanaKeyFile.CreateAsync(path);
            var address = new SolanaAddress(signer.PublicKey.Bytes.Span);
            // end-snippet

            Assert.True(address.IsOnCurve);
        }
    }

    [Theory]
    [MemberData(nameof(SignerCases))]
    public async Task Keys_RemoteSigner_KeepsTheContract(string caseName)
    {
        using var service = new KeyService();
        using var http = new HttpClient(service, disposeHandler: false) { BaseAddress = new Uri("http://keys.internal") };
        var subjectPublicKeyInfo = service.ExportSubjectPublicKeyInfo();

        // begin-snippet: remote-key
        var signer = new RemoteSecp256k1Signer(
            Secp256k1PublicKey.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo),
            async (digest, cancellationToken) =>
            {
                using var answer = await http.PostAsync("keys/provider/sign", new ReadOnlyMemoryContent(digest), cancellationToken);
                answer.EnsureSuccessStatusCode();
                return await answer.Content.ReadAsByteArrayAsync(cancellationToken); // r and s, in DER or 64 bytes
            });
        // end-snippet

        // begin-snippet: signer-conformance
        var suite = new SignerConformance(() => signer, SignatureVerifiers.Default.With(new Secp256k1Verifier()));
        await suite.RunAsync(caseName); // for each of SignerConformance.CaseNames
        // end-snippet
    }

    [Fact]
    public async Task Keys_TypedData_IsSignedByAnySigner()
    {
        using var signer = Secp256k1Signer.Create();
        EvmAddress token = EvmAddress.Parse("0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"), escrow = EvmAddress.Parse("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"), payee = escrow;
        var salt = Hash32.Keccak("salt"u8);
        var validBefore = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds();

        // begin-snippet: typed-data
        var domain = new TypedDataDomain("USD Coin", "2", chainId: 8453, verifyingContract: token);
        var deposit = ReceiveWithAuthorization.ForChannel(
            escrow, signer.GetEvmAddress(), payee, token, salt, authorizedSigner: EvmAddress.Zero, deposit: 5_000_000, validAfter: 0, validBefore: (ulong)validBefore);
        EvmSignature signature = await signer.SignTypedDataAsync(domain, deposit);
        // end-snippet

        Assert.True(signature.TryRecover(domain.Digest(deposit), out var by) && by == signer.GetEvmAddress());
    }

    /// <summary>A key service in the place of the network: OpenSSL signs with random nonces and either s, and answers in DER.</summary>
    private sealed class KeyService : HttpMessageHandler
    {
        private readonly ECDsa _key = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));

        public byte[] ExportSubjectPublicKeyInfo() => _key.ExportSubjectPublicKeyInfo();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var digest = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            lock (_key)
            {
                return new HttpResponseMessage { Content = new ByteArrayContent(_key.SignHash(digest, DSASignatureFormat.Rfc3279DerSequence)) };
            }
        }

        protected override void Dispose(bool disposing)
        {
            _key.Dispose();
            base.Dispose(disposing);
        }
    }
}
