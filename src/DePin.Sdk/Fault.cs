namespace DePin.Sdk;

/// <summary>Whose fault an error is.</summary>
public enum Fault
{
    /// <summary>The side that asks and pays.</summary>
    Consumer,

    /// <summary>The side that runs the job.</summary>
    Provider,

    /// <summary>Something between the two.</summary>
    Network,

    /// <summary>The ledger or chain.</summary>
    Chain,
}
