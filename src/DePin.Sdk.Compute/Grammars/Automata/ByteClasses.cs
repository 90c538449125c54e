namespace DePin.Sdk.Compute.Grammars.Automata;

/// <summary>Puts bytes that no state tells apart into one class.</summary>
internal static class ByteClasses
{
    /// <summary>Numbers the classes in the order of their bytes, so that a range of bytes is a range of classes.</summary>
    public static (byte[] Classes, int Count) Find(RawAutomaton raw)
    {
        bool[] begins = new bool[257];
        for (int i = 0; i < raw.StateCount; i++)
        {
            foreach (var step in raw.Bytes[i])
            {
                begins[step.First] = true;
                begins[step.Last + 1] = true;
            }
        }

        byte[] classes = new byte[256];
        int current = 0;
        for (int i = 1; i < 256; i++)
        {
            current += begins[i] ? 1 : 0;
            classes[i] = (byte)current;
        }

        return (classes, current + 1);
    }
}
