// Publishes rows of HSCV's outbox to dondoc: docs/publishing.md says what a row holds.
//
// Standard input: a row a line, as JSON. Standard output: the id of each row that the broker has on
// disk; mark that row as sent. A row whose id is not printed is published again the next time.
// HSCV_BROKER_URL: amqp://hscv:PASSWORD@HOST:5672/VHOST, or amqps:// for TLS.

using System.Globalization;
using System.Net.Security;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RabbitMQ.Client;

const string Exchange = "hscv.events";
const string Source = "/hscv/yen-lam"; // names this HSCV, and never changes
JsonSerializerOptions unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

byte[] BodyOf(JsonObject row)
{
    // The database keeps Vietnam's time without an offset; an event says it with one.
    var time = new DateTimeOffset(
        DateTime.Parse(Text(row, "happened_at"), CultureInfo.InvariantCulture),
        TimeSpan.FromHours(7));
    var happened = new JsonObject
    {
        ["specversion"] = "1.0",
        ["id"] = Text(row, "id"), // made with the row: the same however often it is published
        ["source"] = Source,
        ["type"] = "hscv." + Text(row, "type"),
        ["time"] = time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        ["subject"] = Text(row, "subject"),
        ["secrecy"] = "normal",
        ["data"] = row["data"]!.DeepClone(),
    };
    return Encoding.UTF8.GetBytes(happened.ToJsonString(unescaped).Normalize(NormalizationForm.FormC));
}

ConnectionFactory FactoryFor(string? url)
{
    ConnectionFactory factory;
    try
    {
        factory = new ConnectionFactory { Uri = new Uri(url!) };
    }
    catch (Exception error) when (error is ArgumentException or UriFormatException)
    {
        // What they say may hold the password.
        throw new InvalidOperationException("HSCV_BROKER_URL is missing or cannot be read");
    }
    factory.Ssl.AcceptablePolicyErrors = SslPolicyErrors.None; // Uri would have any host's name pass
    return factory;
}

string Text(JsonObject row, string name) => row[name]!.GetValue<string>();

try
{
    var factory = FactoryFor(Environment.GetEnvironmentVariable("HSCV_BROKER_URL"));
    await using var connection = await factory.CreateConnectionAsync("hscv outbox");
    // With both, BasicPublishAsync waits for the broker, and throws PublishException where the
    // broker could not keep an event or no queue takes it.
    await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(
        publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
    var properties = new BasicProperties
    {
        ContentType = "application/cloudevents+json",
        DeliveryMode = DeliveryModes.Persistent,
        Headers = new Dictionary<string, object?> { ["secrecy"] = "normal" },
    };
    using var lines = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
    while (await lines.ReadLineAsync() is { } line)
    {
        var row = JsonNode.Parse(line)!.AsObject();
        if (Text(row, "secrecy") != "normal")
        {
            throw new InvalidOperationException($"{Text(row, "id")} is secret and must not be here");
        }
        await channel.BasicPublishAsync(
            Exchange, Text(row, "type"), mandatory: true, properties, BodyOf(row));
        Console.WriteLine(Text(row, "id"));
    }
    return 0;
}
catch (Exception error)
{
    Console.Error.WriteLine($"{error.GetType()}: {error.Message}; what is not sent stays in the outbox");
    return 1;
}
