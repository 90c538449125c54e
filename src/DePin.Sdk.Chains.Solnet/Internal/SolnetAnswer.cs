using System.Net;

namespace DePin.Sdk.Chains.Solnet.Internal;

/// <summary>What came back over HTTP, before Solnet made something of it.</summary>
/// <param name="Status">The status; 400 also where there was no exchange.</param>
/// <param name="IsSuccess">Whether the status is one of success.</param>
/// <param name="Body">The answer as it came; null where none came.</param>
internal readonly record struct SolnetAnswer(HttpStatusCode Status, bool IsSuccess, string? Body);
