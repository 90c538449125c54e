using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Models;

/// <summary>Reads the hyper-parameters of one architecture within bounds; keys go without the architecture's name.</summary>
internal sealed class GgufHyperparameters(GgufMetadata metadata, IReadOnlyDictionary<string, ModelTensor> tensors, string architecture)
{
    public GgufMetadata Metadata => metadata;

    public IReadOnlyDictionary<string, ModelTensor> Tensors => tensors;

    public string Architecture => architecture;

    public int Integer(string key, int maximum, int? absent = null)
    {
        if (!metadata.TryGetInteger(Name(key), out long value))
        {
            return absent ?? throw new ModelFormatException("The hyper-parameter is missing.", -1, Name(key));
        }

        return value >= 1 && value <= maximum
            ? (int)value
            : throw Error(key, $"The hyper-parameter is {value}; it must lie between 1 and {maximum}.");
    }

    /// <summary>An integer of which 0 means that there is none.</summary>
    public int? OptionalInteger(string key, int maximum) =>
        metadata.TryGetInteger(Name(key), out long value) && value != 0 ? Integer(key, maximum) : null;

    public double Number(string key, double absent, double minimum, double maximum) => OptionalNumber(key, minimum, maximum) ?? absent;

    public double? OptionalNumber(string key, double minimum, double maximum)
    {
        if (!metadata.TryGetNumber(Name(key), out double value))
        {
            return null;
        }

        // Written so that NaN fails too.
        return value >= minimum && value <= maximum
            ? value
            : throw Error(key, $"The hyper-parameter is {value}; it must lie between {minimum} and {maximum}.");
    }

    public string Text(string key, string absent) => metadata.TryGetString(Name(key), out string? value) ? value : absent;

    public bool Has(string key) => metadata.Contains(Name(key));

    public string Name(string key) => $"{architecture}.{key}";

    public ModelFormatException Error(string key, string message) => new(message, metadata.OffsetOf(Name(key)), Name(key));
}
