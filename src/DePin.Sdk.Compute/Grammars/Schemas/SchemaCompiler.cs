using System.Text.Json;
namespace DePin.Sdk.Compute.Grammars.Schemas;
internal static class SchemaCompiler
{
    public static Grammar CompileAny(bool objectOnly) => Grammar.Parse("root ::= \"x\"");
    public static Grammar Compile(JsonElement e) => Grammar.Parse("root ::= \"x\"");
}
