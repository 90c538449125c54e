using System.Diagnostics;
using System.Globalization;
using DePin.Sdk.Tools.SyntheticModel;

string shapes = string.Join(", ", ModelShape.All.Select(static s => s.Name));
string types = string.Join(", ", WeightType.All.Select(static t => t.Name));
string usage = $"""
    usage: synthetic-model SHAPE TYPE FILE [SEED]

    Writes a GGUF model with the measures of a real one and random weights; the same seed gives the same file.

      SHAPE  {shapes}
      TYPE   {types}
      FILE   where to write
      SEED   a number; 1 when left out
    """;

if (args is ["--help" or "-h", ..])
{
    Console.WriteLine(usage);
    return 0;
}

ulong seed = 1;
if (args.Length is not (3 or 4)
    || Array.Find(ModelShape.All, s => s.Name == args[0]) is not { } shape
    || Array.Find(WeightType.All, t => t.Name.Equals(args[1], StringComparison.OrdinalIgnoreCase)) is not { } type
    || (args.Length == 4 && !ulong.TryParse(args[3], CultureInfo.InvariantCulture, out seed)))
{
    Console.Error.WriteLine(usage);
    return 2;
}

string path = args[2];
var watch = Stopwatch.StartNew();
using var writer = ModelComposer.Compose(shape, type);
int shown = -1;
writer.Write(path, seed, (_, done) =>
{
    int tenths = (int)(done * 10 / writer.DataBytes);
    if (tenths > shown)
    {
        shown = tenths;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tenths * 10,3} %  {done >> 20} of {writer.DataBytes >> 20} MiB"));
    }
});
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {new FileInfo(path).Length} bytes in {watch.Elapsed.TotalSeconds:F1} s"));
return 0;
