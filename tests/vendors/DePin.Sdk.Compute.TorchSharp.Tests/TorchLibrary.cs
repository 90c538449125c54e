using DePin.Sdk.Compute.TorchSharp.Internal;

namespace DePin.Sdk.Compute.TorchSharp.Tests;

/// <summary>Whether libtorch can be loaded here.</summary>
internal static class TorchLibrary
{
    private static readonly Lazy<string?> Reason = new(() =>
    {
        try
        {
            TorchDevice.Open(new TorchRunnerOptions { Device = "cpu" });
            return null;
        }
        catch (InferenceException e)
        {
            return "libtorch is missing; install the package TorchSharp-cpu or TorchSharp-cuda-linux. " + e.Message;
        }
    });

    /// <summary>Why tests that need it are skipped; null where it is there.</summary>
    public static string? MissingReason => Reason.Value;
}
