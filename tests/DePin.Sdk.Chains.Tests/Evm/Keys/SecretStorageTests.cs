using System.Text.Json.Nodes;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Keys;
using DePin.Sdk.Chains.Evm.Keys.Internal;

namespace DePin.Sdk.Chains.Tests.Evm.Keys;

public sealed class SecretStorageTests
{
    private static readonly EvmKeyStoreOptions Quick = new() { ScryptCost = 2, ScryptBlockSize = 1, MaxScryptWork = 64, MaxPbkdf2Iterations = 8, Pbkdf2Iterations = 2 };

    public static TheoryData<string> EthereumVectors => [.. EvmVectors.Load("keystore-tests.json").EnumerateObject().Select(test => test.Name)];

    public static TheoryData<string> EthersVectors => [.. EvmVectors.Load("ethers-wallets.json.gz").EnumerateArray().Select(test => test.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(EthereumVectors))]
    public async Task Decrypt_EthereumKeyStoreTests_GivesTheKey(string name)
    {
        var test = EvmVectors.Load("keystore-tests.json").GetProperty(name);
        using var signer = await SecretStorage.DecryptAsync(test.GetProperty("json").GetRawText(), test.GetProperty("password").GetString()!);
        Assert.Equal(test.GetProperty("priv").GetString(), KeyOf(signer));
    }

    [Theory]
    [MemberData(nameof(EthersVectors))]
    public async Task Decrypt_EthersWallets_GivesTheAddress(string name)
    {
        var test = EvmVectors.Load("ethers-wallets.json.gz").EnumerateArray().Single(test => test.GetProperty("name").GetString() == name);
        var password = System.Text.Encoding.UTF8.GetString(EvmVectors.Bytes(test.GetProperty("password")));
        var content = test.GetProperty("content").GetString()!;
        using var signer = await SecretStorage.DecryptAsync(content, password);
        Assert.Equal(test.GetProperty("address").GetString(), EvmAddress.FromPublicKey(signer.Point).ToString());
        if (!content.Contains("262144", StringComparison.Ordinal))
        {
            Assert.Equal(EvmKeyProblem.WrongPassword, (await Assert.ThrowsAsync<EvmKeyException>(() => SecretStorage.DecryptAsync(content, password + "x"))).Problem);
        }
    }

    [Fact]
    public async Task Decrypt_FilesOfEthers6_GivesTheKey()
    {
        int count = 0;
        foreach (var test in EvmVectors.Load("keystore-written-by-ethers6.json").EnumerateArray())
        {
            // ethers.js normalizes passwords, we do not.
            using var signer = await SecretStorage.DecryptAsync(test.GetProperty("file").GetRawText(), test.GetProperty("normalized").GetString()!);
            Assert.Equal(test.GetProperty("key").GetString(), $"0x{KeyOf(signer)}");
            count++;
        }

        Assert.Equal(3, count);
    }

    [Theory]
    [InlineData(EvmKeyDerivation.Scrypt)]
    [InlineData(EvmKeyDerivation.Pbkdf2)]
    public async Task Encrypt_ThenDecrypt_GivesTheKeyAndOnlyWithThePassword(EvmKeyDerivation derivation)
    {
        var options = new EvmKeyStoreOptions { Derivation = derivation, ScryptCost = 16, Pbkdf2Iterations = 10 };
        using var signer = Secp256k1Signer.Create();
        foreach (var password in new[] { "p", "pässword 🔑", new string('x', 1_000) })
        {
            var json = await SecretStorage.EncryptAsync(signer, password, options);
            Assert.DoesNotContain(KeyOf(signer), json, StringComparison.OrdinalIgnoreCase);
            using var again = await SecretStorage.DecryptAsync(json, password, options);
            Assert.Equal(signer.PublicKey, again.PublicKey);

            var problem = await Assert.ThrowsAsync<EvmKeyException>(() => SecretStorage.DecryptAsync(json, password + " ", options));
            Assert.Equal((EvmKeyProblem.WrongPassword, DePinErrorCode.InvalidRequest), (problem.Problem, problem.Code));
            Assert.DoesNotContain(password + " ", problem.ToString(), StringComparison.Ordinal);
            Assert.NotEqual(json, await SecretStorage.EncryptAsync(signer, password, options));
        }

        await Assert.ThrowsAsync<ArgumentException>(() => SecretStorage.EncryptAsync(signer, "", options));
    }

    [Theory]
    [InlineData("n", 1L << 40, EvmKeyProblem.Malformed)]
    [InlineData("n", 1L << 30, EvmKeyProblem.TooCostly)]
    [InlineData("n", 4_194_304L, EvmKeyProblem.TooCostly)]
    [InlineData("n", 3L, EvmKeyProblem.Malformed)]
    [InlineData("n", 0L, EvmKeyProblem.Malformed)]
    [InlineData("n", 1L, EvmKeyProblem.Malformed)]
    [InlineData("n", -2L, EvmKeyProblem.Malformed)]
    [InlineData("r", 0L, EvmKeyProblem.Malformed)]
    [InlineData("r", 900_000L, EvmKeyProblem.TooCostly)]
    [InlineData("r", long.MaxValue, EvmKeyProblem.Malformed)]
    [InlineData("r", 1_048_577L, EvmKeyProblem.Malformed)]
    [InlineData("p", 0L, EvmKeyProblem.Malformed)]
    [InlineData("p", 1_048_577L, EvmKeyProblem.Malformed)]
    [InlineData("p", long.MinValue, EvmKeyProblem.Malformed)]
    [InlineData("dklen", 16L, EvmKeyProblem.Malformed)]
    [InlineData("dklen", 1L << 33, EvmKeyProblem.Malformed)]
    public async Task Decrypt_HostileScryptParameters_AreRefusedBeforeAnyWork(string name, long value, EvmKeyProblem expected)
    {
        var file = await FileAsync(EvmKeyDerivation.Scrypt);
        file["crypto"]!["kdfparams"]![name] = value;
        var json = Utf8(file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var problem = Assert.Throws<EvmKeyException>(() => SecretStorageReader.Decrypt(json, "p", new(), CancellationToken.None)).Problem;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Equal(expected, problem);
    }

    [Theory]
    [InlineData(0L, EvmKeyProblem.Malformed)]
    [InlineData(-1L, EvmKeyProblem.Malformed)]
    [InlineData(int.MaxValue + 1L, EvmKeyProblem.TooCostly)]
    [InlineData(10_000_001L, EvmKeyProblem.TooCostly)]
    public async Task Decrypt_HostileIterations_AreRefused(long iterations, EvmKeyProblem expected)
    {
        var file = await FileAsync(EvmKeyDerivation.Pbkdf2);
        file["crypto"]!["kdfparams"]!["c"] = iterations;
        Assert.Equal(expected, (await Assert.ThrowsAsync<EvmKeyException>(() => SecretStorage.DecryptAsync(file.ToJsonString(), "p"))).Problem);
    }

    [Fact]
    public async Task Decrypt_BrokenFiles_SayWhatIsWrong()
    {
        async Task Expect(EvmKeyProblem expected, Action<JsonObject> change)
        {
            var file = await FileAsync(EvmKeyDerivation.Scrypt);
            change(file);
            Assert.Equal(expected, (await Assert.ThrowsAsync<EvmKeyException>(() => SecretStorage.DecryptAsync(file.ToJsonString(), "p", Quick))).Problem);
        }

        await Expect(EvmKeyProblem.Malformed, file => file.Remove("crypto"));
        await Expect(EvmKeyProblem.Malformed, file => file.Remove("version"));
        await Expect(EvmKeyProblem.Unsupported, file => file["version"] = 1);
        await Expect(EvmKeyProblem.Unsupported, file => file["version"] = "1");
        await Expect(EvmKeyProblem.Unsupported, file => file["crypto"]!["cipher"] = "aes-128-cbc");
        await Expect(EvmKeyProblem.Unsupported, file => file["crypto"]!["kdf"] = "argon2");
        await Expect(EvmKeyProblem.Malformed, file => file["crypto"]!["mac"] = "00");
        await Expect(EvmKeyProblem.Malformed, file => file["crypto"]!["cipherparams"]!["iv"] = new string('0', 34));
        await Expect(EvmKeyProblem.Malformed, file => file["crypto"]!["ciphertext"] = "");
        await Expect(EvmKeyProblem.Malformed, file => file["crypto"]!["ciphertext"] = new string('0', 66));
        await Expect(EvmKeyProblem.Malformed, file => file["crypto"]!["ciphertext"] = "zz");
        await Expect(EvmKeyProblem.Malformed, file => file["crypto"]!["kdfparams"]!["salt"] = 5);
        await Expect(EvmKeyProblem.Malformed, file => file["Crypto"] = new JsonObject());
        await Expect(EvmKeyProblem.Malformed, file => file["address"] = new string('1', 40));
        await Expect(EvmKeyProblem.WrongPassword, file => file["crypto"]!["mac"] = new string('0', 64));
        await Expect(EvmKeyProblem.WrongPassword, file => file["crypto"]!["ciphertext"] = new string('0', 64));

        foreach (var text in new[] { "", "[]", "5", "{", "\"\\ud800\"", "{\"\\ud800\":1}", new string('[', 60_000), new string(' ', 70_000) })
        {
            Assert.Equal(EvmKeyProblem.Malformed, (await Assert.ThrowsAsync<EvmKeyException>(() => SecretStorage.DecryptAsync(text, "p", Quick))).Problem);
        }
    }

    [Fact]
    public async Task Decrypt_OtherWritersHabits_AreRead()
    {
        var file = await FileAsync(EvmKeyDerivation.Scrypt);
        var crypto = file["crypto"]!.DeepClone();
        file.Remove("crypto");
        file["Crypto"] = crypto;
        file["version"] = "3";
        file["address"] = "0x" + file["address"]!.GetValue<string>();
        crypto["mac"] = crypto["mac"]!.GetValue<string>().ToUpperInvariant();
        using var signer = await SecretStorage.DecryptAsync(file.ToJsonString(), "p", Quick);
        file["address"] = "";
        using var again = await SecretStorage.DecryptAsync(file.ToJsonString(), "p", Quick);
        Assert.Equal(signer.PublicKey, again.PublicKey);
    }

    [Fact]
    public async Task Decrypt_MutatedFile_GivesTypedErrorOrTheKey()
    {
        byte[][] valid = [Utf8(await FileAsync(EvmKeyDerivation.Scrypt)), Utf8(await FileAsync(EvmKeyDerivation.Pbkdf2)), Presale()];
        var addresses = new HashSet<EvmAddress>();
        foreach (var file in valid)
        {
            using var signer = await SecretStorage.DecryptAsync(System.Text.Encoding.UTF8.GetString(file), file == valid[2] ? "foo" : "p", Quick);
            addresses.Add(EvmAddress.FromPublicKey(signer.Point));
        }

        var random = new Random(6);
        int opened = 0;
        for (int i = 0; i < 100_000; i++)
        {
            // The wallet of the sale costs 2,000 iterations whenever it is well-formed.
            var source = i % 64 == 0 ? 2 : i % 2;
            var text = System.Text.Encoding.UTF8.GetString(EvmVectors.Mutate(random, valid[source]));
            try
            {
                using var signer = SecretStorageReader.Decrypt(System.Text.Encoding.UTF8.GetBytes(text), source == 2 ? "foo" : "p", Quick, CancellationToken.None);

                // The format's checksum does not cover the IV. Where a file names its address, that does.
                Assert.True(addresses.Contains(EvmAddress.FromPublicKey(signer.Point)) || !text.Contains("\"address\"", StringComparison.OrdinalIgnoreCase), text);
                opened++;
            }
            catch (EvmKeyException problem)
            {
                Assert.True(Enum.IsDefined(problem.Problem));
            }
        }

        Assert.InRange(opened, 100, 50_000);
    }

    [Fact]
    public async Task Decrypt_Cancelled_Stops()
    {
        var file = await FileAsync(EvmKeyDerivation.Scrypt);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SecretStorage.DecryptAsync(file.ToJsonString(), "p", Quick, new CancellationToken(canceled: true)));
    }

    private static async Task<JsonObject> FileAsync(EvmKeyDerivation derivation)
    {
        using var signer = Secp256k1Signer.FromPrivateKey([.. new byte[31], 1]);
        var options = new EvmKeyStoreOptions { Derivation = derivation, ScryptCost = 2, ScryptBlockSize = 1, Pbkdf2Iterations = 2 };
        return JsonNode.Parse(await SecretStorage.EncryptAsync(signer, "p", options))!.AsObject();
    }

    private static byte[] Utf8(JsonObject file) => System.Text.Encoding.UTF8.GetBytes(file.ToJsonString());

    private static byte[] Presale() => System.Text.Encoding.UTF8.GetBytes(
        EvmVectors.Load("ethers-wallets.json.gz").EnumerateArray().Single(test => test.GetProperty("name").GetString() == "wallet_crowdsale_passwd").GetProperty("content").GetString()!);

    private static string KeyOf(Secp256k1Signer signer)
    {
        var key = new byte[32];
        signer.ExportPrivateKey(key);
        return Convert.ToHexStringLower(key);
    }
}
