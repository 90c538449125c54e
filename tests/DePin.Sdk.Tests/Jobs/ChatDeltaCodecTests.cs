using System.Text;
using DePin.Sdk.Jobs;
using DePin.Sdk.Wire;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Jobs;

public sealed class ChatDeltaCodecTests
{
    [Fact]
    public void Decode_EncodedUpdate_SaysTheSame() => Prop.ForAll(Arb.From(ChatSamples.Update), update =>
    {
        var read = ChatDeltaCodec.Decode(ChatDeltaCodec.Encode(update).Span);
        Assert.Equal(update.Text, read.Text + string.Concat((read.Contents ?? []).OfType<TextContent>().Select(c => c.Text)));
        ChatAssert.Same(
            update.Contents.SkipWhile(c => c is TextContent).Where(c => c is not UsageContent),
            (read.Contents ?? []).SkipWhile(c => c is TextContent));
        Assert.Equal(update.FinishReason, read.FinishReason);
        Assert.Equal(update.Role == ChatRole.Assistant ? null : update.Role, read.Role);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void EncodeText_AnyText_IsWhatProtobufWrites() => Prop.ForAll(Arb.From(ChatSamples.Text), text =>
        Assert.Equal(new ChatDelta { Text = text }.ToByteArray(), ChatDeltaCodec.EncodeText(text).ToArray())).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(2_097_152)]
    public void Decode_TextOfLength_IsTheText(int length)
    {
        var text = new string('ä', length / 2) + new string('x', length % 2);
        Assert.Equal(text, ChatDeltaCodec.Decode(ChatDeltaCodec.EncodeText(text).Span).Text);
    }

    [Fact]
    public void Encode_NothingThatTravels_IsEmpty()
    {
        Assert.True(ChatDeltaCodec.Encode(new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails())])).IsEmpty);
        Assert.True(ChatDeltaCodec.Encode(new ChatResponseUpdate()).IsEmpty);
        Assert.True(ChatDeltaCodec.Decode([]).IsEmpty);
    }

    [Fact]
    public void Decode_LongSpellingOfLength_IsTheSameText() =>
        Assert.Equal("a", ChatDeltaCodec.Decode([(1 << 3) | 2, 0x81, 0x00, (byte)'a']).Text);

    [Fact]
    public void Decode_TextThatIsNotUtf8_IsTheProvidersFault()
    {
        var problem = Assert.Throws<DePinException>(() => ChatDeltaCodec.Decode([(1 << 3) | 2, 2, 0xC3, 0x28]));
        Assert.Equal(DePinErrorCode.InvalidFrame, problem.Code);
        Assert.Equal(Fault.Provider, problem.Fault);
    }

    [Fact]
    public void Decode_PureText_AllocatesTheTextAlone()
    {
        var output = ChatDeltaCodec.EncodeText(" traveller").ToArray();
        _ = ChatDeltaCodec.Decode(output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            _ = ChatDeltaCodec.Decode(output);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 48);
    }

    [Fact]
    public void Decode_MutatedDeltas_ReadOrFailTyped()
    {
        var seeds = Gen.Sample(ChatSamples.Update, 20, 60).Select(u => ChatDeltaCodec.Encode(u).ToArray()).Append(Encoding.UTF8.GetBytes("\n\u0003abc")).ToArray();
        Assert.Equal(20_000, Mutations.Run(new Random(12), seeds, 20_000, bytes => ChatDeltaCodec.Decode(bytes)));
    }
}
