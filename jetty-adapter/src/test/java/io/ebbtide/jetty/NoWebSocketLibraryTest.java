package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Jetty's WebSocket library need not be there. */
@Timeout(60)
class NoWebSocketLibraryTest {

    /** A service that has never heard of WebSockets, and one request. */
    public static final class Application implements Callable<String> {

        /** For the loader. */
        public Application() {}

        @Override
        public String call() throws Exception {
            Script script = new Script();
            Server server = new Server();
            ServerConnector connector = new ServerConnector(server, 1, 1);
            connector.setHost("127.0.0.1");
            server.addConnector(connector);
            server.setHandler(script);
            StructuredShutdown shutdown = StructuredShutdown.open(Served.AT_ONCE);
            GracefulJetty.wrap(server, shutdown).start();
            try (RawClient client = RawClient.connect(connector.getLocalPort())) {
                client.get("/wait");
                script.awaitWaiting(1);
                CompletableFuture<ShutdownResult> result =
                        shutdown.begin(new ShutdownReason.Requested("test"));
                script.open();
                return client.receive().body() + ", " + result.get().status();
            }
        }
    }

    @Test
    void isNotMissed() throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(
                        classPathWithout("websocket"), ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(
                            () ->
                                    loader.loadClass(
                                            "org.eclipse.jetty.websocket.core.WebSocketConnection"))
                    .isInstanceOf(ClassNotFoundException.class);
            Callable<?> application =
                    (Callable<?>)
                            loader.loadClass(Application.class.getName())
                                    .getConstructor()
                                    .newInstance();

            assertThat(application.call()).isEqualTo("waited, SUCCESSFUL");
        }
    }

    private static URL[] classPathWithout(String name) throws Exception {
        List<URL> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            if (!path.getFileName().toString().contains(name)) {
                entries.add(path.toUri().toURL());
            }
        }
        return entries.toArray(URL[]::new);
    }
}
