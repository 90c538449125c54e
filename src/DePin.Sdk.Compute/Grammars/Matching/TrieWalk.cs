using System.Runtime.InteropServices;

namespace DePin.Sdk.Compute.Grammars.Matching;

/// <summary>Nodes of a tree of tokens in the order of a walk that goes down first.</summary>
internal sealed class TrieWalk
{
    private TrieWalk(Node[] nodes, int[] tokens, int depth)
    {
        Nodes = nodes;
        Tokens = tokens;
        Depth = depth;
    }

    /// <summary>The nodes, and one more behind the last.</summary>
    public Node[] Nodes { get; }

    /// <summary>The tokens that end in the nodes.</summary>
    public int[] Tokens { get; }

    /// <summary>The most bytes that a token has.</summary>
    public int Depth { get; }

    public int Count => Nodes.Length - 1;

    /// <param name="sorted">Tokens in the order of their bytes.</param>
    /// <param name="bytes">The bytes of each token.</param>
    public static TrieWalk Create(List<int> sorted, byte[][] bytes)
    {
        var nodes = new List<Node>();
        var path = new List<int>();
        byte[] before = [];
        for (int i = 0; i < sorted.Count; i++)
        {
            byte[] text = bytes[sorted[i]];
            int common = i == 0 ? 0 : before.AsSpan().CommonPrefixLength(text);
            Close(nodes, path, common);
            for (int depth = common; depth < text.Length; depth++)
            {
                path.Add(nodes.Count);
                nodes.Add(new Node { FirstToken = i, Value = text[depth], Depth = depth });
            }

            before = text;
        }

        int most = nodes.Count == 0 ? 0 : nodes.Max(n => n.Depth) + 1;
        Close(nodes, path, 0);
        nodes.Add(new Node { FirstToken = sorted.Count });
        return new TrieWalk([.. nodes], [.. sorted], most);
    }

    private static void Close(List<Node> nodes, List<int> path, int depth)
    {
        var span = CollectionsMarshal.AsSpan(nodes);
        for (int i = path.Count - 1; i >= depth; i--)
        {
            span[path[i]].Next = nodes.Count;
        }

        path.RemoveRange(depth, path.Count - depth);
    }

    /// <summary>One byte of one or more tokens.</summary>
    public struct Node
    {
        /// <summary>The node behind all that begin with this one.</summary>
        public int Next;

        /// <summary>Place of the first token that ends here; those of the next node follow.</summary>
        public int FirstToken;

        /// <summary>How many bytes stand before this one.</summary>
        public int Depth;

        public byte Value;
    }
}
