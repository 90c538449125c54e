namespace DePin.Sdk.Transport.Grpc;

/// <summary>The paths of <c>depin.v1.ProviderService</c>.</summary>
internal static class ProviderMethods
{
    public const string Service = "depin.v1.ProviderService";
    public const string Run = $"/{Service}/Run";
    public const string ListOffers = $"/{Service}/ListOffers";
    public const string CloseChannel = $"/{Service}/CloseChannel";
}
