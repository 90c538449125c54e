namespace DePin.Sdk.Compute.TorchSharp;

/// <summary>Opens local models on TorchSharp.</summary>
public static class LocalModelOptionsExtensions
{
    /// <summary>Lets the model run on TorchSharp in place of the CPU engine: <c>LocalModel.Load(path, new LocalModelOptions().UseTorch())</c>.</summary>
    /// <param name="options">The options that the model is opened with.</param>
    /// <param name="torch">Where and how it computes; the defaults when null.</param>
    /// <returns>The same options.</returns>
    /// <remarks>Opening the model then throws what <see cref="TorchModelRunner.Load"/> throws. A draft model runs on the same device.</remarks>
    public static LocalModelOptions UseTorch(this LocalModelOptions options, TorchRunnerOptions? torch = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.RunnerFactory = (file, bounds) => TorchModelRunner.Load(file, bounds, torch);
        return options;
    }
}
