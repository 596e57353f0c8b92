// Publishes rows of HSCV's outbox to dondoc: docs/publishing.md says what a row holds.
//
// Standard input: a row a line, as JSON. Standard output: the id of each row that the broker has on
// disk; mark that row as sent. A row whose id is not printed is published again the next time.
// HSCV_BROKER_URL: amqp://hscv:PASSWORD@HOST:5672/VHOST, or amqps:// for TLS.

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

public class Publish {
    static final String EXCHANGE = "hscv.events";
    static final String SOURCE = "/hscv/yen-lam"; // names this HSCV, and never changes
    static final int MILLISECONDS = 30_000;
    static final Gson GSON = new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    static byte[] bodyOf(JsonObject row) {
        // The database keeps Vietnam's time without an offset; an event says it with one.
        // toString() of a time leaves out seconds that are 0, which is no RFC 3339.
        LocalDateTime time = LocalDateTime.parse(text(row, "happened_at").replace(' ', 'T'));
        String said = time.atOffset(ZoneOffset.ofHours(7))
            .format(DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx"));
        JsonObject event = new JsonObject();
        event.addProperty("specversion", "1.0");
        event.add("id", row.get("id")); // made with the row: the same however often it is published
        event.addProperty("source", SOURCE);
        event.addProperty("type", "hscv." + text(row, "type"));
        event.addProperty("time", said);
        event.add("subject", row.get("subject"));
        event.addProperty("secrecy", "normal");
        event.add("data", row.get("data"));
        String composed = Normalizer.normalize(GSON.toJson(event), Normalizer.Form.NFC);
        return composed.getBytes(StandardCharsets.UTF_8);
    }

    static void publish(Connection connection) throws Exception {
        Channel channel = connection.createChannel();
        channel.confirmSelect();
        AtomicReference<String> returned = new AtomicReference<>();
        channel.addReturnListener(message -> returned.set(message.getReplyText()));
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
            .contentType("application/cloudevents+json")
            .deliveryMode(2) // persistent
            .headers(Map.of("secrecy", "normal"))
            .build();
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonObject row = GSON.fromJson(line, JsonObject.class);
            if (!text(row, "secrecy").equals("normal")) {
                throw new IllegalStateException(text(row, "id") + " is secret and must not be here");
            }
            channel.basicPublish(EXCHANGE, text(row, "type"), true, properties, bodyOf(row));
            channel.waitForConfirmsOrDie(MILLISECONDS); // raises where the broker could not keep it
            if (returned.get() != null) { // mandatory: it is told before the confirm
                throw new IllegalStateException("no queue takes events: " + returned.get());
            }
            System.out.println(text(row, "id"));
        }
    }

    static ConnectionFactory factoryFor(String url) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        try {
            factory.setUri(url);
        } catch (RuntimeException | URISyntaxException unread) { // its text holds the password
            throw new IllegalArgumentException("HSCV_BROKER_URL is missing or cannot be read");
        }
        if (url.startsWith("amqps:")) { // by itself setUri would trust any certificate
            factory.useSslProtocol(SSLContext.getDefault());
            factory.setSocketConfigurator(socket -> {
                SSLParameters parameters = ((SSLSocket) socket).getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the host's name too
                ((SSLSocket) socket).setSSLParameters(parameters);
            });
        }
        return factory;
    }

    static String text(JsonObject row, String name) {
        return row.get(name).getAsString();
    }

    public static void main(String[] arguments) {
        String url = System.getenv("HSCV_BROKER_URL");
        try (Connection connection = factoryFor(url).newConnection("hscv outbox")) {
            publish(connection);
        } catch (Exception error) {
            System.err.println(error + "; what is not sent stays in the outbox");
            System.exit(1);
        }
    }
}
