namespace DePin.Sdk.Compute.Tests.Games;

/// <summary>A test of what only Linux does.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
        {
            Skip = "Threads have nice values of their own on Linux only.";
        }
    }
}
