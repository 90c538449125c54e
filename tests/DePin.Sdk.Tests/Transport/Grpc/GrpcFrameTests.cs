using System.Buffers;
using System.IO.Pipelines;
using DePin.Sdk.Transport.Grpc;
using DePin.Sdk.Wire;
using Google.Protobuf;

namespace DePin.Sdk.Tests.Transport.Grpc;

public sealed class GrpcFrameTests
{
    private static readonly GrpcFrameLimits Limits = new(64 * 1024, Fault.Consumer);

    [Fact]
    public async Task WriteThenRead_AnySizesCutAnywhere_GivesTheSameMessages()
    {
        var random = new Random(3);
        foreach (int pieceBytes in new[] { 1, 3, 7, 100, 100_000 })
        {
            var messages = Enumerable.Range(0, 40).Select(i => Frame(random, i % 8 == 0 ? random.Next(60_000) : random.Next(3000))).ToList();
            byte[] bytes = await EncodeAsync([.. messages]);
            var reader = new GrpcFrameReader<ConsumerFrame>(PipeReader.Create(Cut(bytes, pieceBytes)), ConsumerFrame.Parser, Limits);
            foreach (var message in messages)
            {
                Assert.Equal(message, reader.TryRead(out var ready) ? ready : await reader.ReadAsync(CancellationToken.None));
            }

            Assert.Null(await reader.ReadAsync(CancellationToken.None));
            Assert.False(reader.TryRead(out _));
        }
    }

    [Fact]
    public async Task ReadAsync_NotAFrame_InvalidFrameByTheSender()
    {
        byte[] valid = await EncodeAsync(Frame(new Random(4), 100));
        await FailsAsync(DePinErrorCode.InvalidFrame, Limits, valid[..^1]); // cut off
        await FailsAsync(DePinErrorCode.InvalidFrame, Limits, valid[..3]);
        await FailsAsync(DePinErrorCode.InvalidFrame, Limits, [2, .. valid[1..]]); // an unknown flag
        await FailsAsync(DePinErrorCode.InvalidFrame, Limits, [1, .. valid[1..]]); // compressed, with nothing
        await FailsAsync(DePinErrorCode.Unsupported, Limits with { Encoding = "gzip" }, [1, .. valid[1..]]);
        await FailsAsync(DePinErrorCode.InvalidFrame, Limits, [0, 0, 0, 0, 3, 0x0a, 0x7f, 0x00]); // not a message
        await FailsAsync(DePinErrorCode.MessageTooLarge, Limits, [0, 0, 1, 0, 1]);
        await FailsAsync(DePinErrorCode.MessageTooLarge, Limits, [0, 0xff, 0xff, 0xff, 0xff]);
    }

    [Fact]
    public void TryTake_LengthWithinTheLimitButNothingFollows_AllocatesNothing()
    {
        var bytes = new ReadOnlySequence<byte>([0, 0, 0, 0xff, 0xff, 1, 2, 3]);
        var rest = bytes;
        GrpcFrame.TryTake(ref rest, Limits, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            rest = bytes;
            Assert.False(GrpcFrame.TryTake(ref rest, Limits, out _));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Write_LargerThanTheLimit_MessageTooLargeAndNothingWritten()
    {
        var stream = new MemoryStream();
        var writer = new GrpcFrameWriter<ConsumerFrame>(PipeWriter.Create(stream), Limits);
        var error = Assert.Throws<DePinException>(() => writer.Write(Frame(new Random(5), 70_000)));
        Assert.Equal(DePinErrorCode.MessageTooLarge, error.Code);
        await writer.Pipe.FlushAsync();
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public async Task ReadAsync_MutatedFrames_OnlyDePinExceptionsAndBoundedMemory()
    {
        var random = new Random(6);
        var seeds = new List<byte[]>();
        for (int i = 0; i < 20; i++)
        {
            seeds.Add(await EncodeAsync(Frame(random, random.Next(200)), Voucher(random), new ConsumerFrame { Cancel = new JobCancel() }));
        }

        int failures = 0;
        long before = GC.GetTotalAllocatedBytes();
        for (int i = 0; i < 25_000; i++)
        {
            byte[] bytes = Mutate(seeds[random.Next(seeds.Count)], random);
            var reader = new GrpcFrameReader<ConsumerFrame>(PipeReader.Create(new ReadOnlySequence<byte>(bytes)), ConsumerFrame.Parser, Limits);
            try
            {
                while (await reader.ReadAsync(CancellationToken.None) is not null)
                {
                }
            }
            catch (DePinException error)
            {
                Assert.True(error.Code is DePinErrorCode.InvalidFrame or DePinErrorCode.MessageTooLarge);
                failures++;
            }
        }

        Assert.InRange(failures, 5_000, 24_999); // the mutations bite, and some leave a valid stream

        // Each input has a few hundred bytes; what its lengths claim may be 4 GiB.
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 25_000L * 64 * 1024);
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        byte[] bytes = [.. seed];
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes = bytes[..Math.Max(at, 1)];
                    break;
                case 3:
                    bytes = [.. bytes[..at], .. RandomBytes(random, random.Next(1, 12)), .. bytes[at..]];
                    break;
                default:
                    bytes = [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]];
                    bytes = bytes.Length == 0 ? [0] : bytes;
                    break;
            }
        }

        return bytes;
    }

    private static async Task FailsAsync(DePinErrorCode code, GrpcFrameLimits limits, byte[] bytes)
    {
        var reader = new GrpcFrameReader<ConsumerFrame>(PipeReader.Create(new ReadOnlySequence<byte>(bytes)), ConsumerFrame.Parser, limits);
        var error = await Assert.ThrowsAsync<DePinException>(async () => await reader.ReadAsync(CancellationToken.None));
        Assert.Equal((code, Fault.Consumer), (error.Code, error.Fault));
    }

    private static async Task<byte[]> EncodeAsync(params ConsumerFrame[] frames)
    {
        var stream = new MemoryStream();
        var writer = new GrpcFrameWriter<ConsumerFrame>(PipeWriter.Create(stream), Limits);
        foreach (var frame in frames)
        {
            writer.Write(frame);
            await writer.Pipe.FlushAsync();
        }

        return stream.ToArray();
    }

    private static ConsumerFrame Frame(Random random, int payloadBytes) => new()
    {
        Start = new JobStart { JobId = ByteString.CopyFrom(RandomBytes(random, 16)), Kind = "chat", Model = "möwe", Payload = ByteString.CopyFrom(RandomBytes(random, payloadBytes)) },
    };

    private static ConsumerFrame Voucher(Random random) => new()
    {
        Voucher = new VoucherMessage
        {
            ChannelId = ByteString.CopyFrom(RandomBytes(random, 32)),
            Cumulative = new U128 { High = 1, Low = 2 },
            Signature = new SignatureMessage { Algorithm = "p256-sha256", Signature = ByteString.CopyFrom(RandomBytes(random, 64)) },
        },
    };

    private static byte[] RandomBytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static PipedBytes Cut(byte[] bytes, int pieceBytes) => new(bytes, pieceBytes);

    /// <summary>A stream that gives its bytes piece by piece.</summary>
    private sealed class PipedBytes(byte[] bytes, int pieceBytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, pieceBytes)], cancellationToken);
    }
}
