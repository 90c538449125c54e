namespace DePin.Sdk.Transport.Grpc;

/// <summary>The paths of <c>depin.v1.MarketplaceService</c>.</summary>
internal static class MarketplaceMethods
{
    public const string Service = "depin.v1.MarketplaceService";
    public const string Register = $"/{Service}/Register";
    public const string Heartbeat = $"/{Service}/Heartbeat";
    public const string Withdraw = $"/{Service}/Withdraw";
    public const string Query = $"/{Service}/Query";
}
