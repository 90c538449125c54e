using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Chains.Diagnostics;

/// <summary>What the connections to nodes log. Event ids 6000 to 6099. Endpoints appear by host and port, or by the name that the operator gave them: the rest of an address may be a secret.</summary>
internal static partial class RpcLog
{
    [LoggerMessage(6000, LogLevel.Information, "Connected to {Endpoint}, {Subscriptions} subscriptions.")]
    public static partial void Connected(ILogger logger, string endpoint, int subscriptions);

    [LoggerMessage(6001, LogLevel.Warning, "The connection to {Endpoint} ended.")]
    public static partial void ConnectionLost(ILogger logger, Exception failure, string endpoint);

    [LoggerMessage(6002, LogLevel.Warning, "Connecting to {Endpoint} failed (attempt {Attempt}); the next try is not before {Delay} have passed.")]
    public static partial void ConnectFailed(ILogger logger, Exception failure, string endpoint, int attempt, TimeSpan delay);

    [LoggerMessage(6003, LogLevel.Error, "{Endpoint} refuses a subscription after the connection came back; its reader is told.")]
    public static partial void ResubscribeRefused(ILogger logger, Exception failure, string endpoint);

    [LoggerMessage(6010, LogLevel.Warning, "{Endpoint} failed ({Failures} times in a row) and is left alone for {Delay}.")]
    public static partial void EndpointFailed(ILogger logger, Exception failure, string endpoint, int failures, TimeSpan delay);

    [LoggerMessage(6011, LogLevel.Information, "{Endpoint} answers again.")]
    public static partial void EndpointRecovered(ILogger logger, string endpoint);

    [LoggerMessage(6012, LogLevel.Error, "{Endpoint} belongs to chain {Actual}, not to chain {Expected}; it is not used.")]
    public static partial void WrongChain(ILogger logger, string endpoint, string actual, string expected);

    [LoggerMessage(6013, LogLevel.Debug, "{Method} goes on at {Endpoint}.")]
    public static partial void FailedOver(ILogger logger, string method, string endpoint);

    [LoggerMessage(6020, LogLevel.Error, "The nodes disagree about the answer to {Method}.")]
    public static partial void NoQuorum(ILogger logger, string method);
}
