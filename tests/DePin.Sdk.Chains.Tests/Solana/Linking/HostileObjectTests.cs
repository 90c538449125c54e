using DePin.Sdk.Tools.SbpfLinker;
using DePin.Sdk.Tools.SbpfLinker.Linking;

namespace DePin.Sdk.Chains.Tests.Solana.Linking;

/// <summary>Broken objects end in the one typed error, or in a program: nothing else.</summary>
public sealed class HostileObjectTests
{
    private static readonly byte[] Valid = MakeValid();

    [Fact]
    public void Link_EveryTruncation_IsRefused()
    {
        for (int length = 0; length < Valid.Length; length++)
        {
            var e = Assert.Throws<LinkException>(() => Linker.Link([("cut.o", Valid.AsMemory(0, length))]));
            Assert.Equal("cut.o", e.File);
        }
    }

    [Fact]
    public void Link_EveryByteChanged_IsRefusedOrLinks()
    {
        byte[] values = [0x00, 0x01, 0x7f, 0x80, 0xff];
        int linked = 0;
        for (int i = 0; i < Valid.Length; i++)
        {
            foreach (byte value in values)
            {
                byte[] changed = [.. Valid];
                changed[i] = value;
                linked += TryLink(changed) ? 1 : 0;
            }
        }

        Assert.InRange(linked, 1, Valid.Length * values.Length);
    }

    [Fact]
    public void Link_RandomMutations_AreRefusedOrLink()
    {
        var random = new Random(20260119);
        int refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] changed = [.. Valid];
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                int at = random.Next(changed.Length);
                switch (random.Next(3))
                {
                    case 0:
                        changed[at] ^= (byte)(1 << random.Next(8));
                        break;
                    case 1:
                        changed[at] = (byte)random.Next(256);
                        break;
                    default:
                        random.NextBytes(changed.AsSpan(at, Math.Min(random.Next(1, 9), changed.Length - at)));
                        break;
                }
            }

            refused += TryLink(changed) ? 0 : 1;
        }

        Assert.InRange(refused, 1, 20_000);
    }

    [Fact]
    public void Link_RandomBytesBehindAHeader_AreRefused()
    {
        var random = new Random(7);
        for (int round = 0; round < 2_000; round++)
        {
            byte[] noise = new byte[random.Next(64, 4096)];
            random.NextBytes(noise);
            Valid.AsSpan(0, 24).CopyTo(noise);
            Assert.False(TryLink(noise));
        }
    }

    private static bool TryLink(byte[] bytes)
    {
        try
        {
            byte[] program = ProgramWriter.Write(Linker.Link([("broken.o", bytes)]));
            Assert.InRange(program.Length, 64, 1 << 20);
            return true;
        }
        catch (LinkException e)
        {
            Assert.Equal("broken.o", e.File);
            Assert.True(e.Offset is null or >= 0);
            return false;
        }
    }

    private static byte[] MakeValid()
    {
        var file = new BpfObject();
        int text = file.AddCode(Bpf.LoadWide(1, 2), Bpf.Nothing, Bpf.CallByName, Bpf.CallByName, Bpf.Make(0x15, 0, offset: 1, immediate: 4), Bpf.ReturnZero, Bpf.Exit, Bpf.ReturnZero, Bpf.Exit);
        int constants = file.AddSection(".rodata", BpfObject.Allocate, [1, 2, 3, 4, 5], alignment: 4);
        int table = file.AddSection(".data.rel.ro", BpfObject.Allocate | BpfObject.Write, BpfObject.ToBytes(1, 0));
        file.AddSection(".comment", 0, [1, 2, 3]);
        int local = file.AddSymbol("", constants, binding: 0);
        file.AddSymbol("entrypoint", text);
        int helper = file.AddSymbol("helper", text, 56);
        int log = file.AddSymbol("sol_log_");
        return file
            .AddRelocation(text, 0, 1, local)
            .AddRelocation(text, 16, 10, log)
            .AddRelocation(text, 24, 10, helper)
            .AddRelocation(table, 0, 2, local)
            .AddRelocation(table, 8, 2, helper)
            .Build();
    }
}
