namespace DePin.Sdk.IntegrationTests.Solana.Programs;

/// <summary>A test with cases that needs what <see cref="ProgramFactAttribute"/> does.</summary>
internal sealed class ProgramTheoryAttribute : TheoryAttribute
{
    public ProgramTheoryAttribute() => Skip = ProgramFactAttribute.Reason;
}
