using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Keys;

namespace DePin.Sdk.Chains.Tests.Solana.Keys;

public sealed class SolanaKeyFileTests : IDisposable
{
    // RFC 8032, 7.1, test 1, in the form of solana-keygen.
    private const string Rfc =
        "[157,97,177,157,239,253,90,96,186,132,74,244,146,236,44,196,68,73,197,105,123,50,105,25,112,59,172,3,28,174,127,96," +
        "215,90,152,1,130,177,10,183,213,75,254,211,201,100,7,58,14,225,114,243,218,166,35,37,175,2,26,104,247,7,81,26]";

    private readonly string _folder = Directory.CreateTempSubdirectory("solana-keys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Read_FileOfTheTools_GivesItsKey()
    {
        var path = Path.Combine(_folder, "id.json");
        await File.WriteAllTextAsync(path, Rfc);
        using var signer = await SolanaKeyFile.ReadAsync(path);
        Assert.True(SolanaAddress.TryFromPublicKey(signer.PublicKey, out var address));
        Assert.Equal("FVen3X669xLzsi6N2V91DoiyzHzg1uAgqiT8jZ9nS96Z", address.ToString());
        using var spaced = SolanaKeyFile.Parse(System.Text.Encoding.UTF8.GetBytes(" " + Rfc.Replace(",", " ,\n\t", StringComparison.Ordinal) + "\r\n"));
        Assert.Equal(signer.PublicKey, spaced.PublicKey);
    }

    [Fact]
    public async Task Write_Key_ReadsBackAndIsPrivate()
    {
        var path = Path.Combine(_folder, "rfc.json");
        using (var signer = SolanaKeyFile.Parse(System.Text.Encoding.UTF8.GetBytes(Rfc)))
        {
            await SolanaKeyFile.WriteAsync(path, signer);
        }

        Assert.Equal(Rfc, await File.ReadAllTextAsync(path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        var other = Path.Combine(_folder, "new.json");
        using var made = await SolanaKeyFile.CreateAsync(other);
        using var read = await SolanaKeyFile.ReadAsync(other);
        Assert.Equal(made.PublicKey, read.PublicKey);
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public async Task Write_FileExists_IsLeftAsItIs()
    {
        var path = Path.Combine(_folder, "id.json");
        await File.WriteAllTextAsync(path, "precious");
        var problem = await Assert.ThrowsAsync<SolanaKeyException>(() => SolanaKeyFile.CreateAsync(path));
        Assert.Equal(SolanaKeyProblem.AlreadyExists, problem.Problem);
        Assert.Equal("precious", await File.ReadAllTextAsync(path));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Write_ByManyAtOnce_OneWins()
    {
        for (int round = 0; round < 20; round++)
        {
            var path = Path.Combine(_folder, $"id-{round}.json");
            using var start = new Barrier(8);
            var attempts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(() => CreateAfter(start, path), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            var winner = Assert.Single(attempts, attempt => attempt is not null);
            using var read = await SolanaKeyFile.ReadAsync(path);
            Assert.Equal(winner, read.PublicKey.ToString());
            Assert.Equal(round + 1, Directory.GetFiles(_folder).Length);
        }
    }

    private static string? CreateAfter(Barrier start, string path)
    {
        Assert.True(start.SignalAndWait(TimeSpan.FromMinutes(1)));
        try
        {
            using var signer = SolanaKeyFile.CreateAsync(path).GetAwaiter().GetResult();
            return signer.PublicKey.ToString();
        }
        catch (SolanaKeyException problem) when (problem.Problem == SolanaKeyProblem.AlreadyExists)
        {
            return null;
        }
    }

    [Fact]
    public async Task Write_NoFolderOrCanceled_LeavesNothing()
    {
        var problem = await Assert.ThrowsAsync<SolanaKeyException>(() => SolanaKeyFile.CreateAsync(Path.Combine(_folder, "none", "id.json")));
        Assert.Equal(SolanaKeyProblem.Storage, problem.Problem);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SolanaKeyFile.CreateAsync(Path.Combine(_folder, "id.json"), new CancellationToken(canceled: true)));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task Read_NoFileOrFolder_IsTyped()
    {
        Assert.Equal(SolanaKeyProblem.NotFound, (await Assert.ThrowsAsync<SolanaKeyException>(() => SolanaKeyFile.ReadAsync(Path.Combine(_folder, "id.json")))).Problem);
        Assert.Equal(SolanaKeyProblem.NotFound, (await Assert.ThrowsAsync<SolanaKeyException>(() => SolanaKeyFile.ReadAsync(Path.Combine(_folder, "none", "id.json")))).Problem);
        Assert.Equal(SolanaKeyProblem.Storage, (await Assert.ThrowsAsync<SolanaKeyException>(() => SolanaKeyFile.ReadAsync(_folder))).Problem);
        var large = Path.Combine(_folder, "large.json");
        await File.WriteAllTextAsync(large, Rfc + new string(' ', 100_000));
        Assert.Equal(SolanaKeyProblem.Malformed, (await Assert.ThrowsAsync<SolanaKeyException>(() => SolanaKeyFile.ReadAsync(large))).Problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1,2,3]")]
    [InlineData("\"text\"")]
    [InlineData("[157.5]")]
    [InlineData("[-1]")]
    [InlineData("[256]")]
    [InlineData("[[157]]")]
    [InlineData("[1e1000]")]
    public void Parse_NoKeyFile_IsMalformed(string text) => Assert.Equal(SolanaKeyProblem.Malformed, Refuse(text).Problem);

    [Fact]
    public void Parse_HalvesThatDoNotBelong_AreAMismatchThatTellsNothing()
    {
        var problem = Refuse(Rfc.Replace("[157,", "[158,", StringComparison.Ordinal));
        Assert.Equal(SolanaKeyProblem.Mismatch, problem.Problem);
        Assert.DoesNotContain("97", problem.ToString(), StringComparison.Ordinal);
        Assert.Equal(SolanaKeyProblem.Mismatch, Refuse(Rfc.Replace(",26]", ",27]", StringComparison.Ordinal)).Problem);
        Assert.Equal(SolanaKeyProblem.Malformed, Refuse(Rfc + "1").Problem);
        Assert.Equal(SolanaKeyProblem.Malformed, Refuse(Rfc[..^1]).Problem);
        Assert.Equal(SolanaKeyProblem.Malformed, Refuse(Rfc.Replace("]", ",0]", StringComparison.Ordinal)).Problem);
    }

    /// <summary>A marker in place of a number, as a slip of the pen would leave it, must not come back in any message.</summary>
    [Fact]
    public void Parse_AnyDamage_NeverQuotesTheFile()
    {
        var random = new Random(41);
        var numbers = Rfc[1..^1].Split(',');
        for (int i = 0; i < 2_000; i++)
        {
            var changed = (string[])numbers.Clone();
            changed[random.Next(64)] = random.Next(4) switch { 0 => "77701", 1 => "x77702", 2 => "\"77703\"", _ => "777.04e3" };
            var problem = Refuse("[" + string.Join(',', changed) + "]");
            Assert.Equal(SolanaKeyProblem.Malformed, problem.Problem);
            Assert.DoesNotContain("777", problem.ToString(), StringComparison.Ordinal);
        }
    }

    private static SolanaKeyException Refuse(string text) => Assert.Throws<SolanaKeyException>(() => SolanaKeyFile.Parse(System.Text.Encoding.UTF8.GetBytes(text)).Dispose());
}
