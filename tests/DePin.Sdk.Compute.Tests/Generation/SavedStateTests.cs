using System.Security.Cryptography;
using DePin.Sdk.Compute.Inference;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Generation;

public sealed class SavedStateTests
{
    private static readonly ChatMessage[] Beginning =
    [
        new(ChatRole.System, "You are Mira, the blacksmith of Oakvale. You are gruff but kind."),
        new(ChatRole.User, "Greet the traveller."),
    ];

    private static readonly ChatOptions Options = new() { Temperature = 0.7f, Seed = 3, MaxOutputTokens = 30 };

    [Fact]
    public async Task RestoreState_InAnotherProcess_GoesOnWithoutReadingAgain()
    {
        using var first = new Engine();
        var (conversation, file) = await TalkAndSave(first);
        ChatMessage[] next = [.. conversation, new(ChatRole.User, "Where can I buy a sword?")];
        var expected = await first.Client.GetResponseAsync(next, Options);

        using var second = new Engine(o => o.PrefixCacheTokens = 0);
        using (var kept = await second.Model.RestoreStateAsync(new MemoryStream(file)))
        {
            Assert.Equal(0, second.Runner.Tokens);
            var response = await second.Client.GetResponseAsync(next, Options);
            Assert.Equal(expected.Text, response.Text);
            Assert.InRange(kept.TokenCount, 40, 1000);
            Assert.Equal(kept.TokenCount, response.Usage!.CachedInputTokenCount);
        }

        Assert.Equal(0, (await second.Client.GetResponseAsync(next, Options)).Usage!.CachedInputTokenCount);
    }

    [Fact]
    public async Task SaveState_PausedOrEvicted_NeverWaits()
    {
        using var engine = new Engine();
        var (conversation, file) = await TalkAndSave(engine);
        engine.Budget.IsPaused = true;
        using var paused = new MemoryStream();
        Assert.True(await engine.Model.SaveStateAsync(conversation, paused) > 0);
        Assert.Equal(file, paused.ToArray());

        using var empty = new Engine();
        using var nothing = new MemoryStream();
        Assert.Equal(0, await empty.Model.SaveStateAsync(conversation, nothing));
        nothing.Position = 0;
        Assert.Equal(0, (await empty.Model.RestoreStateAsync(nothing)).TokenCount);
    }

    [Fact]
    public async Task SaveState_WhileTheAnswerIsInTheMaking_CoversWhatIsRead()
    {
        using var engine = new Engine();
        await using var answer = engine.Client.GetStreamingResponseAsync(Beginning, Options).GetAsyncEnumerator();
        Assert.True(await answer.MoveNextAsync());
        using var file = new MemoryStream();
        Assert.True(await engine.Model.SaveStateAsync(Beginning, file) > 20);
    }

    [Fact]
    public async Task RestoreState_AmongOtherData_ReadsJustItsOwn()
    {
        using var engine = new Engine();
        var (_, file) = await TalkAndSave(engine);
        using var stream = new MemoryStream([9, 9, 9, .. file, 7]) { Position = 3 };
        using var kept = await engine.Model.RestoreStateAsync(stream);
        Assert.Equal(7, stream.ReadByte());
    }

    [Fact]
    public async Task RestoreState_Damaged_ThrowsModelFormatException()
    {
        using var engine = new Engine();
        var (_, file) = await TalkAndSave(engine);
        var random = new Random(1);
        for (int i = 0; i < 150; i++)
        {
            byte[] damaged = (byte[])file.Clone();
            damaged[i < 100 ? i : random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
            await Assert.ThrowsAsync<ModelFormatException>(() => engine.Model.RestoreStateAsync(new MemoryStream(damaged)));
            await Assert.ThrowsAsync<ModelFormatException>(() => engine.Model.RestoreStateAsync(new MemoryStream(file[..random.Next(file.Length)])));
        }
    }

    [Fact]
    public async Task RestoreState_OtherModelOrAdapter_SaysSo()
    {
        using var engine = new Engine(o => o.Adapters.Add("gruff", new LoraAdapter(new Dictionary<string, LoraPair>())));
        var (_, file) = await TalkAndSave(engine);
        using var other = new Engine(path: TestFiles.Stories);
        var error = await Assert.ThrowsAsync<ModelFormatException>(() => other.Model.RestoreStateAsync(new MemoryStream(file)));
        Assert.Contains("another model", error.Message, StringComparison.Ordinal);
        var options = new ChatOptions { AdditionalProperties = new() { [ComputePropertyNames.Adapter] = "gruff" } };
        error = await Assert.ThrowsAsync<ModelFormatException>(() => engine.Model.RestoreStateAsync(new MemoryStream(file), options));
        Assert.Contains("adapter", error.Message, StringComparison.Ordinal);
        Assert.Contains("gruff", (await Assert.ThrowsAsync<ArgumentException>(
            () => engine.Client.GetResponseAsync("Hello.", new() { AdditionalProperties = new() { [ComputePropertyNames.Adapter] = "kind" } }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RestoreState_ForgedWithAFittingChecksum_ThrowsOrRestores()
    {
        using var engine = new Engine();
        var (_, file) = await TalkAndSave(engine);
        var random = new Random(2);
        for (int i = 0; i < 300; i++)
        {
            // Past the fingerprints, which a forger copies.
            byte[] forged = (byte[])file.Clone();
            int at = 72 + random.Next(i % 3 == 0 ? file.Length - 72 - 32 : 300);
            forged[at] = (byte)random.Next(256);
            SHA256.HashData(forged.AsSpan(0, forged.Length - 32)).CopyTo(forged.AsSpan(forged.Length - 32));
            try
            {
                using var kept = await engine.Model.RestoreStateAsync(new MemoryStream(forged));
            }
            catch (ModelFormatException)
            {
            }
        }

        Assert.NotEmpty((await engine.Client.GetResponseAsync(Beginning, Options)).Text);
    }

    private static async Task<(ChatMessage[] Conversation, byte[] File)> TalkAndSave(Engine engine)
    {
        var response = await engine.Client.GetResponseAsync(Beginning, Options);
        ChatMessage[] conversation = [.. Beginning, response.Messages[0]];
        using var file = new MemoryStream();
        Assert.True(await engine.Model.SaveStateAsync(conversation, file) > 0);
        return (conversation, file.ToArray());
    }
}
