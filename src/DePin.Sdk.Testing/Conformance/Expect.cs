using System.Runtime.CompilerServices;

namespace DePin.Sdk.Testing.Conformance;

/// <summary>What conformance cases assert with; they know no test framework.</summary>
internal static class Expect
{
    public static void True(bool condition, string expected, [CallerArgumentExpression(nameof(condition))] string? expression = null)
    {
        if (!condition)
        {
            throw new ConformanceException($"Expected: {expected}. False: {expression}");
        }
    }

    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new ConformanceException($"{what}: expected {expected}, got {actual}.");
        }
    }

    public static async Task<DePinException> FailsAsync(Func<Task> action, DePinErrorCode code, string what)
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (DePinException e)
        {
            Equal(code, e.Code, what);
            return e;
        }

        throw new ConformanceException($"{what}: expected {code}, but it succeeded.");
    }
}
