namespace DePin.Sdk.Market;

/// <summary>Random numbers for selectors, from many threads; a seeded source is not thread-safe by itself. Nothing here is secret.</summary>
internal sealed class SelectionRandom(Random? source)
{
    private readonly Random _source = source ?? Random.Shared;
    private readonly Lock? _gate = source is null || ReferenceEquals(source, Random.Shared) ? null : new Lock();

    public int Next(int exclusiveMax)
    {
        if (_gate is null)
        {
#pragma warning disable CA5394 // spreading load is not a secret
            return _source.Next(exclusiveMax);
        }

        lock (_gate)
        {
            return _source.Next(exclusiveMax);
#pragma warning restore CA5394
        }
    }
}
