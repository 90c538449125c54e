namespace DePin.Sdk.Transport.Grpc;

/// <summary>Limits of a <see cref="GrpcClient"/>'s calls.</summary>
internal sealed record GrpcClientOptions
{
    public int MaxReceiveBytes { get; init; } = GrpcFrameLimits.DefaultMaxMessageBytes;

    public int MaxSendBytes { get; init; } = GrpcFrameLimits.DefaultMaxMessageBytes;

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
