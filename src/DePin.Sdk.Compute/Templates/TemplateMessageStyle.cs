using System.Security.Cryptography;
using System.Text;

namespace DePin.Sdk.Compute.Templates;

/// <summary>Where templates differ in how they take calls of functions.</summary>
/// <param name="HasTextArguments">Whether arguments are JSON text, not an object.</param>
/// <param name="HasNullContent">Whether the content of a message with calls alone is none, not an empty text.</param>
/// <param name="HasShortIds">Whether ids of calls have just nine letters and digits.</param>
/// <param name="HasToolsInSystem">Whether the functions are JSON text in the system's message, not a variable of their own.</param>
internal sealed record TemplateMessageStyle(bool HasTextArguments = false, bool HasNullContent = false, bool HasShortIds = false, bool HasToolsInSystem = false)
{
    private const int ShortLength = 9;

    public static readonly TemplateMessageStyle Default = new();

    /// <summary>The id of a call as the template takes it.</summary>
    public string CallId(string id) => !HasShortIds || (id.Length == ShortLength && id.All(char.IsAsciiLetterOrDigit))
        ? id
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..ShortLength];
}
