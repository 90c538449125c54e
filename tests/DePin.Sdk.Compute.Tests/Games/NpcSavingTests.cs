using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DePin.Sdk.Compute.Games;
using DePin.Sdk.Compute.Tests.Generation;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Games;

public sealed class NpcSavingTests
{
    private const string Question = "Where can I buy a sword?";

    [Fact]
    public async Task Restore_InAnotherProcess_GoesOnWithoutReadingAgain()
    {
        using var first = new Engine();
        using var npc = await TalkAsync(first);
        using var file = new MemoryStream();
        file.Write([1, 2, 3]);
        int saved = await npc.SaveAsync(file);
        file.WriteByte(9);
        string expected = npc.Ask(Question);

        using var second = new Engine();
        file.Position = 3;
        using var restored = await NpcConversation.RestoreAsync(second.Model, file);
        Assert.Equal(9, file.ReadByte());
        Assert.Equal((0, saved, null), (second.Runner.Tokens, restored.RestoredTokens, restored.RestoreError));
        Assert.Equal((NpcState.Idle, 1, 4), (restored.State, restored.Facts.Count, restored.History.Count));
        Assert.Equal(expected, restored.Ask(Question));
        Assert.Equal((saved, npc.PromptTokens), (restored.CachedTokens, restored.PromptTokens));
        Assert.InRange(npc.PromptTokens - saved, 1, 20);
    }

    [Fact]
    public async Task Restore_AnswersInJson_NothingIsReadAgain()
    {
        // A grammar makes the model spell its answers otherwise than an encoder would.
        using var engine = new Engine();
        var options = Frames.Options(maxTokens: 80);
        options.Chat.ResponseFormat = ChatResponseFormat.Json;
        options.Chat.AdditionalProperties = new() { [ComputePropertyNames.RepetitionPenalty] = 1.5f };
        using var npc = new NpcConversation(engine.Model, options);
        npc.Ask("Greet the traveller.");
        int first = npc.PromptTokens + npc.AnswerTokens;
        npc.Ask(Question);
        Assert.InRange(npc.CachedTokens, first - 1, npc.PromptTokens);
        int second = npc.PromptTokens + npc.AnswerTokens;
        using var file = new MemoryStream();
        Assert.InRange(await npc.SaveAsync(file), second - 1, second + 10);
        using var other = new Engine();
        file.Position = 0;
        using var restored = await NpcConversation.RestoreAsync(other.Model, file);
        Assert.Equal(npc.Ask("And a horse?"), restored.Ask("And a horse?"));
        Assert.InRange(restored.CachedTokens, second - 1, restored.PromptTokens);
    }

    [Fact]
    public async Task Save_WhileSpeakingAndPaused_TakesWhatWasSaid()
    {
        using var engine = new Engine();
        using var npc = new NpcConversation(engine.Model, Frames.Options());
        int allowed = 10;
        engine.Runner.BeforeForward = () => engine.Budget.IsPaused = --allowed <= 0;
        npc.Say("Greet the traveller.");
        npc.Listen(n => n.Text.Length > 5);
        using var file = new MemoryStream();
        Assert.InRange(await npc.SaveAsync(file), 20, 200);
        file.Position = 0;
        using var restored = await NpcConversation.RestoreAsync(engine.Model, file);
        Assert.Equal(["Greet the traveller.", npc.Text.ToString()], restored.History.Select(m => m.Text));
        Assert.Equal(NpcState.Speaking, npc.State);
    }

    [Fact]
    public async Task Restore_OtherModel_ReadsTheTranscriptAndTells()
    {
        using var engine = new Engine();
        using var npc = await TalkAsync(engine);
        using var file = new MemoryStream();
        await npc.SaveAsync(file);
        using var other = new Engine(path: TestFiles.Stories);
        file.Position = 0;
        using var restored = await NpcConversation.RestoreAsync(other.Model, file);
        Assert.Contains("another model", Assert.IsType<ModelFormatException>(restored.RestoreError).Message, StringComparison.Ordinal);
        Assert.Equal((0, 4, file.Length), (restored.RestoredTokens, restored.History.Count, file.Position));
        Assert.NotEmpty(restored.Ask(Question));

        using var small = new Engine(o => o.Runner.KeyValueMemoryBytes = 1000);
        file.Position = 0;
        using var tooLarge = await NpcConversation.RestoreAsync(small.Model, file, Frames.Options());
        Assert.Equal((0, 4, file.Length), (tooLarge.RestoredTokens, tooLarge.History.Count, file.Position));
        Assert.IsType<ModelFormatException>(tooLarge.RestoreError);

        // A damaged state costs no more than its reading.
        byte[] damaged = file.ToArray();
        damaged[^100] ^= 1;
        using var spoilt = await NpcConversation.RestoreAsync(engine.Model, new MemoryStream(damaged));
        Assert.Equal((0, 4), (spoilt.RestoredTokens, spoilt.History.Count));
        Assert.Equal(npc.Ask(Question), spoilt.Ask(Question));
    }

    [Fact]
    public async Task Restore_Options_AreThoseOfTheSave()
    {
        using var engine = new Engine();
        var options = Frames.Options();
        options.Examples.Add(new ChatMessage(ChatRole.User, "Hello."));
        options.Examples.Add(new ChatMessage(ChatRole.Assistant, "{\"say\":\"Hm.\"}"));
        options.SpeechProperty = "say";
        options.MemoryHeading = "Facts:";
        options.Chat.ResponseFormat = ChatResponseFormat.Json;
        options.Chat.StopSequences = ["###"];
        options.Chat.AdditionalProperties = new() { [ComputePropertyNames.Priority] = 3, [ComputePropertyNames.CacheKey] = "village", [ComputePropertyNames.MinP] = 0.05f };
        using var npc = new NpcConversation(engine.Model, options);
        npc.Remember("It rains.");
        using var file = new MemoryStream();
        await npc.SaveAsync(file);
        file.Position = 0;
        using var restored = await NpcConversation.RestoreAsync(engine.Model, file);
        Assert.Equal(npc.Ask(Question), restored.Ask(Question));
        Assert.Equal((npc.PromptTokens, npc.RawText.ToString()), (restored.PromptTokens, restored.RawText.ToString()));
        using var again = new MemoryStream();
        using var first = new MemoryStream();
        await npc.SaveAsync(first);
        await restored.SaveAsync(again);
        Assert.Equal(first.ToArray(), again.ToArray());
    }

    [Fact]
    public async Task Restore_DamagedOrForged_ThrowsModelFormatExceptionOrRestores()
    {
        using var engine = new Engine();
        using var npc = await TalkAsync(engine);
        using var whole = new MemoryStream();
        await npc.SaveAsync(whole);

        // The state has tests of its own; here it is cut to its header.
        byte[] file = whole.ToArray();
        int transcript = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(8));
        int end = 20 + transcript + 32;
        file = file[..(end + 90)];
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(12), 90);
        var random = new Random(3);
        int restoredCount = 0;
        for (int i = 0; i < 4000; i++)
        {
            byte[] mutated = Mutate(file, random, transcript);
            if (i % 4 != 0 && mutated.Length >= end)
            {
                SHA256.HashData(mutated.AsSpan(0, end - 32)).CopyTo(mutated.AsSpan(end - 32));
            }

            try
            {
                using var restored = await NpcConversation.RestoreAsync(engine.Model, new MemoryStream(mutated));
                Assert.NotNull(restored.RestoreError);
                restoredCount++;
            }
            catch (ModelFormatException)
            {
            }
        }

        Assert.InRange(restoredCount, 100, 3999);
        Assert.NotEmpty(npc.Ask(Question));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"Facts":[null],"Chat":{}}""")]
    [InlineData("""{"Lines":[null],"Chat":{}}""")]
    [InlineData("""{"Lines":[{"Player":true,"Text":null}],"Chat":{}}""")]
    [InlineData("""{"Persona":null,"Chat":{}}""")]
    [InlineData("""{"Chat":null}""")]
    [InlineData("""{"Chat":{"MaxOutputTokens":-1,"maxOutputTokens":-1}}""")]
    [InlineData("""{"Chat":{"responseFormat":{"$type":"unknown"}}}""")]
    [InlineData("""{"Chat":{"additionalProperties":{"adapter":"none"}}}""")]
    [InlineData("""{"Chat":{},"Forgotten":-1}""")]
    public async Task Restore_ForgedTranscript_ThrowsModelFormatException(string json)
    {
        using var engine = new Engine();
        byte[] text = Encoding.UTF8.GetBytes(json);
        byte[] file = [.. "DPNC"u8, 1, 0, 0, 0, (byte)text.Length, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. text];
        file = [.. file, .. SHA256.HashData(file)];
        await Assert.ThrowsAsync<ModelFormatException>(() => NpcConversation.RestoreAsync(engine.Model, new MemoryStream(file)));
    }

    [Fact]
    public async Task Restore_LengthsBeyondTheFile_TakeNoMemory()
    {
        using var engine = new Engine();
        byte[] file = [.. "DPNC"u8, 1, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 1, 2, 3];
        var error = await Assert.ThrowsAsync<ModelFormatException>(() => NpcConversation.RestoreAsync(engine.Model, new MemoryStream(file)));
        Assert.Contains("breaks off", error.Message, StringComparison.Ordinal);
        file[11] = 0x10;
        error = await Assert.ThrowsAsync<ModelFormatException>(() => NpcConversation.RestoreAsync(engine.Model, new MemoryStream(file)));
        Assert.Equal(8, error.Offset);
    }

    private static async Task<NpcConversation> TalkAsync(Engine engine)
    {
        var npc = new NpcConversation(engine.Model, Frames.Options());
        npc.Remember("The player saved your cat.");
        npc.Ask("Greet the traveller.");
        npc.Ask("What do you know about the old mine?");
        await Task.Yield();
        return npc;
    }

    private static byte[] Mutate(byte[] file, Random random, int transcript)
    {
        byte[] mutated = (byte[])file.Clone();
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(5) == 0 ? random.Next(file.Length) : 20 + random.Next(transcript);
            mutated[at] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)"{}[]\":,0-9enu\\"[random.Next(14)],
                _ => file[random.Next(file.Length)],
            };
        }

        return random.Next(8) == 0 ? mutated[..random.Next(mutated.Length)] : mutated;
    }
}
