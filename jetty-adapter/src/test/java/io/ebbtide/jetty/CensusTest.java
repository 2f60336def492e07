package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** What a look at the connections sees of a session that goes on meanwhile. */
@Timeout(60)
class CensusTest {

    private final Script script = new Script();

    /**
     * Between the look at its streams and the look at their requests a session may open its last streams. A look that
     * took it for done would have the shutdown refuse them, once in some thousand stops.
     */
    @Test
    void doesNotTakeASessionForDoneThatOpensItsLastStreamMeanwhile() throws Exception {
        Server server = new Server();
        ServerConnector connector = Wire.H2C.connector(server, 1);
        server.addConnector(connector);
        server.setHandler(script);
        server.start();
        try (RawHttp2Client client = (RawHttp2Client) Wire.H2C.connect(connector.getLocalPort())) {
            Http2Session session = session(connector);
            session.leave(); // the first GOAWAY; the client's answer to it will bring the second
            Connections connections =
                    new Connections(
                            connector,
                            new Arrivals(),
                            new WakeCalls(),
                            () -> {
                                openStreamAndAnswer(client);
                                return List.of(); // its request has not come to us yet
                            });

            Census census = connections.look(Duration.ofMinutes(1));

            assertThat(session.isEnding()).isTrue();
            assertThat(session.unanswered()).hasSize(1);
            assertThat(census.isSettled()).isFalse();
        } finally {
            script.open();
            LifeCycle.stop(server);
        }
    }

    private static Http2Session session(ServerConnector connector) {
        while (true) {
            for (EndPoint endPoint : connector.getConnectedEndPoints()) {
                Connection connection = Connections.protocol(endPoint);
                Http2Session session = Http2.session(connection);
                if (session != null) {
                    return session;
                }
            }
            Thread.onSpinWait();
        }
    }

    private static void openStreamAndAnswer(RawHttp2Client client) {
        try {
            client.get("/wait");
            client.awaitGoAways(2);
        } catch (IOException unexpected) {
            throw new UncheckedIOException(unexpected);
        }
    }
}
