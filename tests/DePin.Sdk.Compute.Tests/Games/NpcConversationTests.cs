using System.Text.Json;
using System.Text.Json.Serialization;
using DePin.Sdk.Compute.Games;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Tests.Generation;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Games;

public sealed partial class NpcConversationTests
{
    private static readonly string[] Lines = ["Greet the traveller.", "What do you know about the old mine?", "Do you have work for me?"];

    [Fact]
    public async Task Poll_ThreeLines_SaysWhatAChatClientSays()
    {
        using var engine = new Engine();
        using var npc = new NpcConversation(engine.Model, Frames.Options());
        Assert.Equal((NpcState.Idle, false), (npc.State, npc.Poll()));
        List<ChatMessage> messages = [new(ChatRole.System, Frames.Mira)];
        foreach (string line in Lines)
        {
            string heard = npc.Ask(line);
            messages.Add(new ChatMessage(ChatRole.User, line));
            var expected = await engine.Client.GetResponseAsync(messages, Frames.Options().Chat);
            Assert.Equal(expected.Text, heard);
            Assert.Equal(expected.Text, npc.Text.ToString());
            Assert.Equal((NpcState.Done, NpcEnding.Finished), (npc.State, npc.Ending));
            Assert.Equal(((int)expected.Usage!.InputTokenCount!, (int)expected.Usage.OutputTokenCount!), (npc.PromptTokens, npc.AnswerTokens));
            messages.Add(expected.Messages[0]);
        }

        Assert.InRange(npc.CachedTokens, 60, npc.PromptTokens - 1);
        Assert.Equal(messages.Skip(1).Select(m => m.Text), npc.History.Select(m => m.Text));
    }

    [Fact]
    public void Poll_IdleThinkingOrDone_AllocatesNothing()
    {
        using var engine = new Engine();
        using var npc = new NpcConversation(engine.Model, Frames.Options());
        npc.Ask(Lines[0]);
        Assert.Equal(0, AllocatedBy(npc, 1000));
        engine.Budget.IsPaused = true;
        npc.Say(Lines[1]);
        npc.Listen(n => n.PromptTokens > 0);
        Assert.Equal(NpcState.Thinking, npc.State);

        // The engine stands still, so a Poll that waited for it would never come back.
        Assert.Equal(0, AllocatedBy(npc, 1000));
        Assert.Equal(NpcState.Thinking, npc.State);
        engine.Budget.IsPaused = false;
        Assert.NotEmpty(npc.Listen());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("say")]
    public void Poll_TextComesIn_AllocatesNothing(string? speech)
    {
        using var engine = new Engine();
        engine.Runner.Records = false;
        var options = Frames.Options(maxTokens: 100);
        options.SpeechProperty = speech;
        options.Chat.StopSequences = ["<never>", "##"];
        options.Chat.AdditionalProperties = speech is null ? null : new() { [ComputePropertyNames.Grammar] = """root ::= "{\"say\":\"" [a-zA-Z ,.']{40,60} "\",\"do\":\"wave\"}" """ };
        using var npc = new NpcConversation(engine.Model, options);
        npc.Ask(Lines[0]);
        npc.Say(Lines[1]);
        int news = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (npc.State is NpcState.Thinking or NpcState.Speaking)
        {
            news += npc.Poll() ? 1 : 0;
            Thread.Yield();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(news, 1, 200);
        Assert.Equal((NpcState.Done, true), (npc.State, npc.Text.Length > 30));
    }

    [Fact]
    public void Interrupt_WhileSpeaking_KeepsWhatWasSaid()
    {
        using var engine = new Engine();
        using var npc = new NpcConversation(engine.Model, Frames.Options());

        // Held from before the question on: otherwise passes may go by before they are counted, and the answer with them.
        engine.Budget.IsPaused = true;
        npc.Say(Lines[0]);
        int allowed = 12;
        engine.Runner.BeforeForward = () => engine.Budget.IsPaused = --allowed == 0;
        engine.Budget.IsPaused = false;
        npc.Listen(n => n.Text.Length > 5);
        npc.Interrupt();
        string said = npc.Text.ToString();
        Assert.Equal((NpcState.Done, NpcEnding.Interrupted), (npc.State, npc.Ending));
        Assert.False(npc.Poll());
        npc.Interrupt();
        Assert.Equal(said, npc.Text.ToString());
        engine.Runner.BeforeForward = null;
        engine.Budget.IsPaused = false;
        npc.Say(Lines[1]);

        // Before anything was said: the line stays, and the next one joins it.
        npc.Say("Wait.");
        npc.Listen();
        Assert.Equal([Lines[0], said, Lines[1] + "\nWait.", npc.Text.ToString()], npc.History.Select(m => m.Text));
        Assert.Equal((NpcState.Done, NpcEnding.Finished), (npc.State, npc.Ending));
    }

    [Fact]
    public void Poll_EngineFails_StateIsFailedAndTheNextLineIsAnswered()
    {
        using var engine = new Engine();
        using var npc = new NpcConversation(engine.Model, Frames.Options());
        engine.Runner.BeforeForward = () => throw new TimeoutException("It broke.");
        npc.Ask(Lines[0]);
        Assert.Equal((NpcState.Failed, NpcEnding.Failed), (npc.State, npc.Ending));
        Assert.IsType<TimeoutException>(Assert.IsType<InferenceException>(npc.Error).InnerException);
        Assert.Empty(npc.History);
        engine.Runner.BeforeForward = null;
        Assert.NotEmpty(npc.Ask(Lines[1]));
        Assert.Equal((NpcState.Done, 2), (npc.State, npc.History.Count));
        Assert.Null(npc.Error);

        npc.Say(Lines[2]);
        engine.Model.Dispose();
        npc.Listen();
        Assert.True(npc.State == NpcState.Done || npc.Error is ObjectDisposedException);
        npc.Ask(Lines[2]);
        Assert.IsType<ObjectDisposedException>(npc.Error);
    }

    [Fact]
    public void Say_ContextFull_ForgetsTheOldestAndKeepsThePersona()
    {
        using var engine = new Engine(o => o.Runner.ContextLength = 256);
        using var npc = new NpcConversation(engine.Model, Frames.Options(maxTokens: 40));
        int longest = 0;
        int times = 0;
        for (int i = 0; i < 12; i++)
        {
            int before = npc.ForgottenMessages;
            Assert.NotEmpty(npc.Ask(Lines[i % 3]));
            Assert.Equal(NpcState.Done, npc.State);
            longest = Math.Max(longest, npc.PromptTokens);
            times += npc.ForgottenMessages > before ? 1 : 0;
            Assert.Equal(2 * (i + 1), npc.ForgottenMessages + npc.History.Count);
            Assert.Equal(ChatRole.User, npc.History[0].Role);
        }

        Assert.InRange(longest, 150, 256 - 40);
        Assert.InRange(times, 1, 6);

        npc.Ask(string.Concat(Enumerable.Repeat("On and on. ", 200)));
        Assert.Equal(InferenceErrorCode.ContextOverflow, Assert.IsType<InferenceException>(npc.Error).Code);
        Assert.NotEmpty(npc.Ask(Lines[0]));
    }

    [Fact]
    public void Remember_Fact_StandsBehindThePersona()
    {
        using var engine = new Engine();
        using var npc = new NpcConversation(engine.Model, Frames.Options());
        npc.Remember("The player saved your cat.");
        npc.Remember("The mine is flooded.");
        Assert.True(npc.Forget("The mine is flooded."));
        npc.Ask(Lines[0]);
        using var other = new NpcConversation(engine.Model, Frames.Options(Frames.Mira + "\n\nYou remember:\n- The player saved your cat."));
        other.Ask(Lines[0]);
        Assert.Equal((other.PromptTokens, other.Text.ToString()), (npc.PromptTokens, npc.Text.ToString()));
        Assert.Equal(npc.PromptTokens - 1, other.CachedTokens);
        npc.ForgetConversation();
        Assert.Equal((NpcState.Idle, 0, 1), (npc.State, npc.History.Count, npc.Facts.Count));
    }

    [Fact]
    public void WarmUp_BeforeTheFirstLine_LeavesLittleToRead()
    {
        using var engine = new Engine();
        using var npc = new NpcConversation(engine.Model, Frames.Options());
        npc.WarmUp();
        while (engine.Runner.Tokens == 0)
        {
            Thread.Yield();
        }

        npc.Ask(Lines[0]);
        Assert.InRange(npc.CachedTokens, 16, npc.PromptTokens - 1);
    }

    [Fact]
    public void TryGetAction_JsonByGrammar_IsReadAndSpoken()
    {
        using var engine = new Engine();
        var options = Frames.Options(maxTokens: 100);
        options.SpeechProperty = "say";
        options.Chat.AdditionalProperties = new() { [ComputePropertyNames.Grammar] = """root ::= "{\"do\":\"" ("wave" | "nod") "\",\"say\":\"" [a-z ,.']{20,30} "\\n\"}" """ };
        using var npc = new NpcConversation(engine.Model, options);
        npc.Say(Lines[0]);
        Assert.False(npc.TryGetAction(Actions.Default.NpcAction, out _));
        string heard = npc.Listen();
        Assert.True(npc.TryGetAction(Actions.Default.NpcAction, out var action));
        Assert.Equal(action.Say, heard);
        Assert.EndsWith("\n", heard, StringComparison.Ordinal);
        Assert.StartsWith("{\"do\":", npc.RawText.ToString(), StringComparison.Ordinal);
        Assert.Equal(npc.RawText.ToString(), npc.History[^1].Text);

        using var cut = new NpcConversation(engine.Model, new NpcOptions { Persona = Frames.Mira, Chat = new() { Temperature = 0, MaxOutputTokens = 3, ResponseFormat = ChatResponseFormat.Json } });
        cut.Ask(Lines[0]);
        Assert.Equal(NpcEnding.CutOff, cut.Ending);
        Assert.False(cut.TryGetAction(Actions.Default.NpcAction, out _));
    }

    [Fact]
    public void Say_StopString_EndsTheAnswerBeforeIt()
    {
        using var engine = new Engine();
        using var whole = new NpcConversation(engine.Model, Frames.Options());
        string text = whole.Ask(Lines[1]);
        string stop = text.Substring(text.Length / 2, 5);
        var options = Frames.Options();
        options.Chat.StopSequences = [stop, "zzz"];
        using var npc = new NpcConversation(engine.Model, options);
        Assert.Equal(text[..text.IndexOf(stop, StringComparison.Ordinal)], npc.Ask(Lines[1]));
        Assert.Equal(NpcEnding.Finished, npc.Ending);
    }

    [Fact]
    public void Say_TemplateRefusesSystemMessages_PersonaGoesIntoTheFirstLine()
    {
        const string Template = "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}<|im_start|>assistant\n";
        using var engine = new Engine(o => o.ChatTemplate = Template);
        using var npc = new NpcConversation(engine.Model, Frames.Options());
        Assert.NotEmpty(npc.Ask(Lines[0]));
        using var plain = new NpcConversation(engine.Model, Frames.Options(persona: ""));
        Assert.Equal(npc.Text.ToString(), plain.Ask(Frames.Mira + "\n\n" + Lines[0]));
    }

    [Fact]
    public void Constructor_UnusableOptions_ThrowsArgumentException()
    {
        using var engine = new Engine();
        var options = Frames.Options();
        options.Chat.Instructions = "Be brief.";
        Assert.Contains("Persona", Assert.Throws<ArgumentException>(() => new NpcConversation(engine.Model, options)).Message, StringComparison.Ordinal);
        var adapter = Frames.Options();
        adapter.Chat.AdditionalProperties = new() { [ComputePropertyNames.Adapter] = "none" };
        Assert.Throws<ArgumentException>(() => new NpcConversation(engine.Model, adapter));
        using var npc = new NpcConversation(engine.Model, Frames.Options());
        Assert.Throws<ArgumentException>(() => npc.Say(" "));
    }

    private static long AllocatedBy(NpcConversation npc, int frames)
    {
        npc.Poll();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < frames; i++)
        {
            if (npc.Poll() || !npc.NewText.IsEmpty || npc.State == NpcState.Failed)
            {
                return -1;
            }
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    internal sealed record NpcAction([property: JsonPropertyName("say")] string Say, [property: JsonPropertyName("do")] string Do);

    [JsonSerializable(typeof(NpcAction))]
    internal sealed partial class Actions : JsonSerializerContext;
}
