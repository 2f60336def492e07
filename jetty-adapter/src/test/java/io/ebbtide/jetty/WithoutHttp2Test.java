package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.File;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Jetty's HTTP/2 need not be there. */
@Timeout(60)
class WithoutHttp2Test {

    /** A service that has never heard of it, stopped with a request in flight. */
    public static final class Service extends Handler.Abstract implements Callable<String> {

        private final CountDownLatch inside = new CountDownLatch(1);
        private final CountDownLatch gate = new CountDownLatch(1);

        /** For the loader. */
        public Service() {}

        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws Exception {
            inside.countDown();
            gate.await();
            callback.succeeded();
            return true;
        }

        @Override
        public String call() throws Exception {
            Server server = new Server();
            ServerConnector connector = new ServerConnector(server);
            connector.setHost("127.0.0.1");
            server.addConnector(connector);
            server.setHandler(this);
            GracefulJetty jetty = GracefulJetty.wrap(server).start();
            URI uri = URI.create("http://127.0.0.1:" + connector.getLocalPort());
            try (HttpClient client = HttpClient.newHttpClient()) {
                CompletableFuture<HttpResponse<Void>> answer =
                        client.sendAsync(
                                HttpRequest.newBuilder(uri).build(),
                                HttpResponse.BodyHandlers.discarding());
                inside.await();
                Thread closer = Thread.ofPlatform().start(jetty::close);
                while (!jetty.shutdown().isShuttingDown()) {
                    Thread.onSpinWait();
                }
                gate.countDown();
                closer.join();
                return answer.get().statusCode() + " " + jetty.join().status();
            }
        }
    }

    @Test
    void servesAndDrains() throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(withoutHttp2(), ClassLoader.getPlatformClassLoader())) {
            assertThat(loader.getResource("org/eclipse/jetty/http2/HTTP2Session.class")).isNull();
            Callable<?> service =
                    (Callable<?>)
                            loader.loadClass(Service.class.getName())
                                    .getConstructor()
                                    .newInstance();

            assertThat(service.call()).isEqualTo("200 SUCCESSFUL");
        }
    }

    private static URL[] withoutHttp2() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (!entry.contains("http2") && !entry.contains("alpn")) {
                urls.add(new File(entry).toURI().toURL());
            }
        }
        return urls.toArray(URL[]::new);
    }
}
