using System.Globalization;

namespace DePin.Sdk.Benchmarks.Inference;

/// <summary>Tokens a second of ours and of the peer, in one run.</summary>
/// <param name="Model">The model file's name.</param>
/// <param name="What">What was measured.</param>
/// <param name="Ours">Our median.</param>
/// <param name="Theirs">The peer's median; NaN without a peer.</param>
internal sealed record SpeedResult(string Model, string What, double Ours, double Theirs)
{
    public static SpeedResult Parse(string line)
    {
        string[] parts = line.Split('\t');
        return new(parts[0], parts[1], double.Parse(parts[2], CultureInfo.InvariantCulture), double.Parse(parts[3], CultureInfo.InvariantCulture));
    }

    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Model}\t{What}\t{Ours:F2}\t{Theirs:F2}");
}
