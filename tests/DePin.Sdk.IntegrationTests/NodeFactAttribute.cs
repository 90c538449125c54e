namespace DePin.Sdk.IntegrationTests;

/// <summary>A test that needs node and npm.</summary>
internal sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute()
    {
        if (!NodePackages.IsNodeInstalled)
        {
            Skip = "node and npm are not on the PATH; install Node.js 20 or later (https://nodejs.org) to run the interoperability tests.";
        }
    }
}
