using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace DePin.Sdk.Chains.Tests.Rpc;

/// <summary>A node behind a real WebSocket, scripted by the test.</summary>
internal sealed class WebSocketNode : IAsyncDisposable
{
    private readonly Func<Call, Task> _onCall;
    private readonly ConcurrentBag<WebSocket> _sockets = [];
    private readonly WebSocketServer _server;

    public WebSocketNode(Func<Call, Task> onCall)
    {
        _onCall = onCall;
        _server = new WebSocketServer(ServeAsync);
    }

    public Uri Url => _server.Url;

    public int Connections => _server.Connections;

    public ConcurrentQueue<string> Methods { get; } = [];

    /// <summary>Ends all connections as a node that dies does.</summary>
    public void Drop()
    {
        foreach (var socket in _sockets)
        {
            socket.Abort();
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var socket = WebSocket.CreateFromStream(stream, isServer: true, null, TimeSpan.FromMinutes(10));
        _sockets.Add(socket);
        var buffer = new byte[64 * 1024];
        while (true)
        {
            int length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += part.Count;
            }
            while (!part.EndOfMessage);

            if (part.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            var call = JsonNode.Parse(buffer.AsSpan(0, length))!;
            Methods.Enqueue((string)call["method"]!);
            await _onCall(new Call(socket, (long)call["id"]!, (string)call["method"]!, call["params"]!.ToJsonString()));
        }
    }

    /// <summary>One call, and the means to answer it.</summary>
    internal sealed record Call(WebSocket Socket, long Id, string Method, string Parameters)
    {
        public Task ResultAsync(string result) => TextAsync($"{{\"jsonrpc\":\"2.0\",\"id\":{Id},\"result\":{result}}}");

        public Task ErrorAsync(int code, string message) => TextAsync($"{{\"jsonrpc\":\"2.0\",\"id\":{Id},\"error\":{{\"code\":{code},\"message\":\"{message}\"}}}}");

        public Task EventAsync(string subscription, string value)
            => TextAsync($"{{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{{\"subscription\":\"{subscription}\",\"result\":{value}}}}}");

        public Task TextAsync(string text) => Socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);
    }
}
