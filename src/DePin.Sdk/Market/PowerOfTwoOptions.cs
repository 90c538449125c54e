namespace DePin.Sdk.Market;

/// <summary>How <see cref="PowerOfTwoSelector"/> weighs speed against price.</summary>
public sealed class PowerOfTwoOptions
{
    /// <summary>How much time to first token counts.</summary>
    /// <value>Default 1; zero or more.</value>
    public double LatencyWeight { get; set; } = 1;

    /// <summary>How much the expected cost counts.</summary>
    /// <value>Default 1; zero or more, and not zero together with <see cref="LatencyWeight"/>.</value>
    public double PriceWeight { get; set; } = 1;

    internal void Validate()
    {
        if (!(LatencyWeight >= 0 && PriceWeight >= 0 && LatencyWeight + PriceWeight is > 0 and < double.PositiveInfinity))
        {
            throw new ArgumentException($"{nameof(LatencyWeight)} and {nameof(PriceWeight)} are zero or more and not both zero; they are {LatencyWeight} and {PriceWeight}.");
        }
    }
}
