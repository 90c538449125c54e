using System.Buffers.Binary;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Tests.Evm.Rpc;

namespace DePin.Sdk.Chains.Tests.Rpc;

/// <summary>A server that speaks WebSocket wrongly, on purpose: each call ends with its answer or with <see cref="RpcTransportException"/>, and never hangs.</summary>
public sealed class WebSocketFrameFuzzTests
{
    private const int Connections = 300;

    [Fact]
    public async Task SendAsync_HostileFrames_EndsWithATypedError()
    {
        int seed = 0;
        await using var node = new WebSocketServer(async (stream, cancellationToken) =>
        {
            var random = new Random(Interlocked.Increment(ref seed));
            await stream.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, cancellationToken);
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                await stream.WriteAsync(Frame(random), cancellationToken);
            }
        });
        var kinds = new Dictionary<string, int>();
        for (int i = 0; i < Connections; i++)
        {
            await using var transport = new WebSocketJsonRpcTransport(node.Url, new WebSocketJsonRpcOptions { MaxMessageBytes = 4096 });
            string outcome = "answered";
            try
            {
                await transport.SendAsync([new JsonRpcRequest("eth_chainId")]).WaitAsync(TimeSpan.FromMinutes(1));
            }
            catch (RpcTransportException problem)
            {
                outcome = problem.Kind.ToString();
            }

            kinds[outcome] = kinds.GetValueOrDefault(outcome) + 1;
        }

        Assert.True(kinds.ContainsKey("answered") && kinds.ContainsKey("Malformed") && kinds.ContainsKey("Unavailable"), string.Join(' ', kinds));
    }

    // RFC 6455 5.2, with whatever goes wrong there: reserved bits and opcodes, a mask that only clients may use, lengths in too many bytes, too long or too short, pieces without a start, and broken UTF-8.
    private static byte[] Frame(Random random)
    {
        byte[] payload = Payload(random);
        byte opcode = random.Next(6) switch { 0 => (byte)random.Next(16), 1 => 0, 2 => (byte)random.Next(8, 11), _ => 1 };
        byte first = (byte)((random.Next(8) == 0 ? 0 : 0x80) | (random.Next(10) == 0 ? random.Next(1, 8) << 4 : 0) | opcode);
        byte mask = (byte)(random.Next(12) == 0 ? 0x80 : 0);
        ulong length = random.Next(10) switch
        {
            0 => (ulong)random.NextInt64(),
            1 => ulong.MaxValue,
            2 => (ulong)payload.Length / 2,
            _ => (ulong)payload.Length,
        };
        var head = new byte[10];
        head[0] = first;
        if (length < 126 && random.Next(4) > 0)
        {
            head[1] = (byte)(mask | (byte)length);
            return [.. head[..2], .. payload];
        }

        if (length <= ushort.MaxValue && random.Next(4) > 0)
        {
            head[1] = (byte)(mask | 126);
            BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), (ushort)length);
            return [.. head[..4], .. payload];
        }

        head[1] = (byte)(mask | 127);
        BinaryPrimitives.WriteUInt64BigEndian(head.AsSpan(2), length);
        return [.. head, .. payload];
    }

    private static byte[] Payload(Random random)
    {
        string text = random.Next(6) switch
        {
            0 => """{"jsonrpc":"2.0","id":1,"result":"0x1"}""",
            1 => """{"jsonrpc":"2.0","id":2,"result":"0x1"}""",
            2 => """{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x1","result":{}}}""",
            3 => new string('[', random.Next(200)),
            4 => new string('a', random.Next(10_000)),
            _ => string.Empty,
        };
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        if (bytes.Length > 0 && random.Next(4) == 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }
}
