using DePin.Sdk.Jobs;
using DePin.Sdk.Testing;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;
using Google.Protobuf;

namespace DePin.Sdk.Tests.Providers;

public class ProviderHostileInputTests
{
    [Fact]
    public async Task RunJobAsync_TwelveThousandMutatedFrames_KeepsServing()
    {
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(ScriptedChatClient.Numbered(3)), credit: 1_000_000, configure: o => o.MaxPayloadBytes = 4096);
        var channel = await harness.OpenChannelAsync();
        var start = await harness.CreateStartAsync(channel, maxCost: 50, deadline: DateTimeOffset.UtcNow.AddHours(1));
        byte[][] seeds =
        [
            new ConsumerFrame { Start = start }.ToByteArray(),
            new ConsumerFrame { Voucher = WireConvert.ToWire(await harness.SignAsync(channel, 3)) }.ToByteArray(),
            new ConsumerFrame { Cancel = new JobCancel() }.ToByteArray(),
        ];
        var random = new Random(20300101);
        int delivered = 0;
        int sent = 0;
        while (sent < 12_000)
        {
            // Each stream: one mutated start, or a good one followed by mutated frames.
            await using var call = new ProviderCall(await harness.Connection.RunJobAsync(new CallOptions()), harness, channel);
            bool good = random.Next(4) == 0;
            var fresh = start.Clone();
            fresh.JobId = ByteString.CopyFrom(JobId.New().ToBytes());
            await harness.SignAsync(fresh);
            var frames = new List<ConsumerFrame>();
            if (good)
            {
                frames.Add(new ConsumerFrame { Start = fresh });
            }

            while (frames.Count < (good ? 4 : 1))
            {
                if (Mutate(random, good ? seeds[random.Next(seeds.Length)] : new ConsumerFrame { Start = fresh }.ToByteArray()) is { } frame)
                {
                    // A payer may send what it likes, too: half of the mutated starts are properly signed.
                    if (frame.Start is { } mutated && random.Next(2) == 0)
                    {
                        await TrySignAsync(harness, mutated);
                    }

                    frames.Add(frame);
                }

                sent++;
            }

            delivered += await TalkAsync(call, frames);
        }

        Assert.True(delivered > 0);
        await using var last = await harness.StartAsync(await harness.CreateStartAsync(channel), channel);
        Assert.Equal(JobOutcome.Completed, (await last.FinishAsync()).Outcome);
        Assert.Equal((0, 0), (harness.Runtime.GetStatus().RunningJobs, harness.Runtime.GetStatus().QueuedJobs));
    }

    private static async Task TrySignAsync(ProviderHarness harness, JobStart start)
    {
        try
        {
            await harness.SignAsync(start);
        }
        catch (DePinException)
        {
            // It is no job at all, so there is nothing to sign.
        }
    }

    private static async Task<int> TalkAsync(ProviderCall call, List<ConsumerFrame> frames)
    {
        try
        {
            foreach (var frame in frames)
            {
                await call.SendAsync(frame);
            }

            await call.FinishAsync();
            return 1;
        }
        catch (DePinException failure)
        {
            // What a stranger sends is never reported as the provider's own failure, or as bytes of unknown meaning.
            Assert.NotEqual(DePinErrorCode.StorageFailed, failure.Code);
            Assert.True(failure.Code != DePinErrorCode.ProviderFailed, failure.ToString());
            return 0;
        }
        catch (TimeoutException)
        {
            return 0;
        }
    }

    /// <summary>What the mutated bytes decode to; null when they do not, which is the transport's to refuse.</summary>
    private static ConsumerFrame? Mutate(Random random, byte[] seed)
    {
        var bytes = (byte[])seed.Clone();
        for (int i = random.Next(1, 4); i > 0 && bytes.Length > 0; i--)
        {
            switch (random.Next(3))
            {
                case 0:
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                    break;
                default:
                    bytes = bytes[..random.Next(bytes.Length)];
                    break;
            }
        }

        try
        {
            return ConsumerFrame.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
