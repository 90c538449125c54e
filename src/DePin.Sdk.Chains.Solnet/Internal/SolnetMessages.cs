using System.Runtime.CompilerServices;
using Solnet.Rpc;
using Solnet.Rpc.Core.Http;
using Solnet.Rpc.Messages;

namespace DePin.Sdk.Chains.Solnet.Internal;

/// <summary>What Solnet keeps to itself and a transport cannot do without: its clients carry any call, and offer those of its own list.</summary>
internal static class SolnetMessages
{
    private const string BaseClient = "Solnet.Rpc.Core.Http.JsonRpcClient";

    /// <summary>Whether <see cref="SendAsync"/> can send through a client.</summary>
    public static bool IsSolnetsOwn(IRpcClient client)
    {
        for (var type = client.GetType(); type is not null; type = type.BaseType)
        {
            if (type.FullName == BaseClient && type.Assembly == typeof(IRpcClient).Assembly)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A call of any method.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    public static extern JsonRpcRequest CreateRequest(int id, string method, IList<object> parameters);

    /// <summary>Sends a call by itself.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SendRequest")]
    public static extern Task<RequestResult<T>> SendAsync<T>([UnsafeAccessorType(BaseClient + ", Solnet.Rpc")] object client, JsonRpcRequest request);
}
