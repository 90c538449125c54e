using DePin.Sdk.Transport.Grpc;

namespace DePin.Sdk.Hosting.Grpc;

/// <summary>What a gRPC method takes and sends.</summary>
internal sealed record GrpcServerLimits
{
    public static GrpcServerLimits Default { get; } = new();

    public int MaxReceiveBytes { get; init; } = GrpcFrameLimits.DefaultMaxMessageBytes;

    public int MaxSendBytes { get; init; } = GrpcFrameLimits.DefaultMaxMessageBytes;
}
