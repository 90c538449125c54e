using System.Text;
using System.Text.Json;
using DePin.Sdk.Compute.Games;

namespace DePin.Sdk.Compute.Tests.Games;

public sealed class JsonSpeechTests
{
    [Theory]
    [InlineData("""{"say":"Hello."}""", "Hello.")]
    [InlineData("""{ "do" : "wave", "say" : "A \"quoted\" word\n\u00e9 \/" , "then":"say"}""", "A \"quoted\" word\né /")]
    [InlineData("""{"do":{"say":"no"},"list":["say","no"],"says":"no","sa":"no","x":"say","say":"yes"}""", "yes")]
    [InlineData("""["say","say"]""", "")]
    [InlineData("""{"say":12,"said":"no"}""", "")]
    [InlineData("""{"say":"brea""", "brea")]
    public void TryRead_Json_TakesTheProperty(string json, string expected) => Assert.Equal(expected, Speak(json));

    [Fact]
    public void TryRead_RandomObjects_AgreesWithTheParser()
    {
        var random = new Random(7);
        for (int i = 0; i < 500; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(20)).Select(_ => (char)random.Next(1, i % 2 == 0 ? 128 : 0xD800))]);
            var map = new Dictionary<string, string> { [text] = "no", ["say"] = text, ["z" + text] = "no" };
            Assert.Equal(map["say"], Speak(JsonSerializer.Serialize(map)));
        }
    }

    private static string Speak(string json)
    {
        var speech = new JsonSpeech("say");
        var spoken = new StringBuilder();
        foreach (char c in json)
        {
            if (speech.TryRead(c, out char next))
            {
                spoken.Append(next);
            }
        }

        return spoken.ToString();
    }
}
