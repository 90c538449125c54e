using System.Text.Json.Nodes;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Keys;

namespace DePin.Sdk.Chains.Tests.Evm.Keys;

public sealed class EvmKeyStoreTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"depin-keys-{Guid.NewGuid():N}");
    private readonly EvmKeyStore _store;

    public EvmKeyStoreTests() => _store = new(Path.Combine(_folder, "keys"), new() { ScryptCost = 16 });

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task Create_ThenListAndOpen_GivesTheKey()
    {
        Assert.Empty(_store.List());
        var first = await _store.CreateAsync("one");
        var second = await _store.CreateAsync("two");
        Assert.Equal(new[] { first, second }.OrderBy(entry => entry.Path, StringComparer.Ordinal), _store.List());
        Assert.StartsWith("UTC--", Path.GetFileName(first.Path), StringComparison.Ordinal);
        Assert.EndsWith(first.Address.ToString()[2..].ToLowerInvariant(), first.Path, StringComparison.Ordinal);

        using var signer = await _store.OpenAsync(first.Address, "one");
        Assert.Equal(first.Address, signer.GetEvmAddress());
        await FailsAsync(EvmKeyProblem.WrongPassword, () => _store.OpenAsync(first.Address, "two"));
        await FailsAsync(EvmKeyProblem.NotFound, () => _store.OpenAsync(EvmAddress.Zero, "one"));
    }

    [Fact]
    public async Task Create_OnUnix_OnlyTheOwnerCanRead()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // files inherit the access of their folder
        }

        var entry = await _store.CreateAsync("one");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(entry.Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_store.Folder));
        await _store.ChangePasswordAsync(entry.Address, "one", "two");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(entry.Path));
        Assert.Single(Directory.GetFileSystemEntries(_store.Folder));
    }

    [Fact]
    public async Task ChangePassword_ThenOpen_TakesTheNewOneAndKeepsWhatElseIsInTheFile()
    {
        var entry = await _store.CreateAsync("one");
        var file = JsonNode.Parse(await File.ReadAllTextAsync(entry.Path))!.AsObject();
        file["name"] = "mine";
        await File.WriteAllTextAsync(entry.Path, file.ToJsonString());

        await FailsAsync(EvmKeyProblem.WrongPassword, () => _store.ChangePasswordAsync(entry.Address, "two", "three"));
        await _store.ChangePasswordAsync(entry.Address, "one", "two");
        await FailsAsync(EvmKeyProblem.WrongPassword, () => _store.OpenAsync(entry.Address, "one"));
        using var signer = await _store.OpenAsync(entry.Address, "two");

        var changed = JsonNode.Parse(await File.ReadAllTextAsync(entry.Path))!.AsObject();
        Assert.Equal("mine", changed["name"]!.GetValue<string>());
        Assert.Equal(file["id"]!.GetValue<string>(), changed["id"]!.GetValue<string>());
        Assert.NotEqual(file["crypto"]!["kdfparams"]!["salt"]!.GetValue<string>(), changed["crypto"]!["kdfparams"]!["salt"]!.GetValue<string>());
        Assert.NotEqual(file["crypto"]!["cipherparams"]!["iv"]!.GetValue<string>(), changed["crypto"]!["cipherparams"]!["iv"]!.GetValue<string>());
    }

    [Fact]
    public async Task ChangePassword_FileWithAMnemonic_IsRefused()
    {
        var entry = await _store.CreateAsync("one");
        var file = JsonNode.Parse(await File.ReadAllTextAsync(entry.Path))!.AsObject();
        file["x-ethers"] = new JsonObject { ["mnemonicCiphertext"] = "00" };
        await File.WriteAllTextAsync(entry.Path, file.ToJsonString());
        await FailsAsync(EvmKeyProblem.Unsupported, () => _store.ChangePasswordAsync(entry.Address, "one", "two"));
        (await _store.OpenAsync(entry.Address, "one")).Dispose();
    }

    [Fact]
    public async Task ImportAndExport_BetweenFolders_CarryTheKey()
    {
        using var signer = Secp256k1Signer.Create();
        var entry = await _store.ImportAsync(signer, "one");
        await FailsAsync(EvmKeyProblem.AlreadyExists, () => _store.ImportAsync(signer, "two"));

        var exported = await _store.ExportAsync(entry.Address, "one", "for them");
        await FailsAsync(EvmKeyProblem.WrongPassword, () => _store.ExportAsync(entry.Address, "for them", "x"));
        var other = new EvmKeyStore(Path.Combine(_folder, "other"), new() { ScryptCost = 16, Derivation = EvmKeyDerivation.Pbkdf2, Pbkdf2Iterations = 10 });
        await FailsAsync(EvmKeyProblem.WrongPassword, () => other.ImportAsync(exported, "one", "mine"));
        Assert.Empty(other.List());
        Assert.Equal(entry.Address, (await other.ImportAsync(exported, "for them", "mine")).Address);
        using var again = await other.OpenAsync(entry.Address, "mine");
        Assert.Equal(signer.PublicKey, again.PublicKey);
    }

    [Fact]
    public async Task List_OtherFiles_ArePassedOver()
    {
        var entry = await _store.CreateAsync("one");
        await File.WriteAllTextAsync(Path.Combine(_store.Folder, "notes.txt"), "hello");
        await File.WriteAllBytesAsync(Path.Combine(_store.Folder, "large"), new byte[100_000]);
        await File.WriteAllTextAsync(Path.Combine(_store.Folder, "other.json"), """{"address":"7E5F4552091A69125d5DfCb7b8C2659029395Bdf"}""");
        File.Copy(entry.Path, Path.Combine(_store.Folder, ".left-behind.tmp"));
        Assert.Equal(entry, Assert.Single(_store.List()));
    }

    [Fact]
    public async Task Write_FolderCannotBeMade_IsAStorageError()
    {
        Directory.CreateDirectory(_folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, "keys"), "a file where the folder belongs");
        var problem = await FailsAsync(EvmKeyProblem.Storage, () => _store.CreateAsync("one"));
        Assert.Equal(DePinErrorCode.StorageFailed, problem.Code);
    }

    [Fact]
    public async Task CreateAndOpen_Concurrently_Work()
    {
        var entries = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _store.CreateAsync("one"))));
        Assert.Equal(8, _store.List().Count);
        await Task.WhenAll(entries.Select(entry => Task.Run(async () => (await _store.OpenAsync(entry.Address, "one")).Dispose())));
    }

    [Theory]
    [InlineData(3, 8, 1, 1)]
    [InlineData(0, 8, 1, 1)]
    [InlineData(16, 0, 1, 1)]
    [InlineData(16, 8, 0, 1)]
    [InlineData(16, 8, 1, 0)]
    [InlineData(16, 8, 1, int.MaxValue)]
    [InlineData(1 << 30, 8, 1, 1)]
    [InlineData(1 << 20, 1, 1024, 1)]
    public void Options_OutOfRange_AreRefused(int cost, int blockSize, int parallelization, int iterations) => Assert.Throws<ArgumentException>(() =>
        new EvmKeyStore("keys", new() { ScryptCost = cost, ScryptBlockSize = blockSize, ScryptParallelization = parallelization, Pbkdf2Iterations = iterations }));

    private static async Task<EvmKeyException> FailsAsync(EvmKeyProblem expected, Func<Task> action)
    {
        var problem = await Assert.ThrowsAsync<EvmKeyException>(action);
        Assert.Equal(expected, problem.Problem);
        return problem;
    }
}
