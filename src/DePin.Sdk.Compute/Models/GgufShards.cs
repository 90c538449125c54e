using System.Globalization;
using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Models;

/// <summary>Opens a model that is split over files named <c>NAME-00001-of-00003.gguf</c>, whichever of them is given.</summary>
internal static class GgufShards
{
    private const string CountKey = "split.count";
    private const string NumberKey = "split.no";
    private const int Digits = 5;
    private const int NumberLength = 1 + Digits + 4 + Digits;
    private const string Extension = ".gguf";

    // Five digits cannot say more.
    private const int MaximumShards = 99999;

    /// <summary>Opens a file and, where it is one of several shards, all others.</summary>
    /// <param name="path">Path of a file.</param>
    /// <param name="open">Opens the file of a path.</param>
    public static GgufModelFile Open(string path, Func<string, GgufFile> open)
    {
        var given = open(path);
        List<GgufFile> shards = [given];
        try
        {
            int count = ReadCount(given);
            if (count == 1)
            {
                return new GgufModelFile(shards, [path]);
            }

            string prefix = ReadPrefix(path, count);
            shards.Clear();
            List<string> paths = [];
            int own = ReadNumber(given, count);
            for (int i = 0; i < count; i++)
            {
                paths.Add(string.Create(CultureInfo.InvariantCulture, $"{prefix}-{i + 1:D5}-of-{count:D5}{Path.GetExtension(path)}"));
                shards.Add(i == own ? given : OpenShard(paths[i], i, count, open));
            }

            return new GgufModelFile(shards, paths);
        }
        catch
        {
            given.Dispose();
            foreach (var shard in shards)
            {
                shard.Dispose();
            }

            throw;
        }
    }

    /// <summary>How many shards a file says that the model has; 1 for a whole model.</summary>
    public static int ReadCount(GgufFile file)
    {
        if (!file.Metadata.TryGetInteger(CountKey, out long count))
        {
            return 1;
        }

        return count is >= 0 and <= MaximumShards
            ? Math.Max((int)count, 1)
            : throw new ModelFormatException($"The number of shards is {count}; it must lie between 0 and {MaximumShards}.", file.Metadata.OffsetOf(CountKey), CountKey);
    }

    /// <summary>The name of a model file without what numbers its shard: <c>NAME</c> for <c>NAME-00002-of-00003</c>.</summary>
    public static string WithoutNumber(string name) =>
        name.Length > NumberLength && TryReadNumber(name.AsSpan(name.Length - NumberLength), out _) ? name[..^NumberLength] : name;

    private static GgufFile OpenShard(string path, int number, int count, Func<string, GgufFile> open)
    {
        GgufFile file;
        try
        {
            file = open(path);
        }
        catch (ModelFormatException e)
        {
            throw e.In(path);
        }
        catch (FileNotFoundException e)
        {
            string name = Path.GetFileName(path);
            throw new ModelFormatException($"The shard {number + 1} of {count} is missing; {name} must lie beside the others.", -1, null, name, e);
        }

        try
        {
            if (ReadCount(file) != count || ReadNumber(file, count) != number)
            {
                throw new ModelFormatException(
                    $"The file says that it is another shard than number {number + 1} of {count}.", file.Metadata.OffsetOf(NumberKey), NumberKey);
            }

            return file;
        }
        catch (ModelFormatException e)
        {
            file.Dispose();
            throw e.In(path);
        }
    }

    private static int ReadNumber(GgufFile file, int count)
    {
        file.Metadata.TryGetInteger(NumberKey, out long number);
        return number >= 0 && number < count
            ? (int)number
            : throw new ModelFormatException($"The shard's number {number} is not below their count, {count}.", file.Metadata.OffsetOf(NumberKey), NumberKey);
    }

    private static string ReadPrefix(string path, int count)
    {
        string stem = path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? path[..^Extension.Length] : path;
        string prefix = WithoutNumber(stem);
        if (prefix.Length == stem.Length || !TryReadNumber(stem.AsSpan(prefix.Length), out int named) || named != count)
        {
            throw new ModelFormatException(
                $"The file is one of {count} shards; their names must end in -00001-of-{count.ToString("D5", CultureInfo.InvariantCulture)}.gguf and so on.",
                -1,
                CountKey,
                Path.GetFileName(path));
        }

        return prefix;
    }

    /// <summary>Reads the count from a text such as <c>-00001-of-00003</c>.</summary>
    private static bool TryReadNumber(ReadOnlySpan<char> text, out int count)
    {
        count = 0;
        return text.Length == NumberLength && text[0] == '-' && text.Slice(1 + Digits, 4) is "-of-"
            && !text.Slice(1, Digits).ContainsAnyExceptInRange('0', '9')
            && int.TryParse(text[^Digits..], NumberStyles.None, CultureInfo.InvariantCulture, out count);
    }
}
