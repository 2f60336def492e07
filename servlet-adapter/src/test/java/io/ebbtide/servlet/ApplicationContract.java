package io.ebbtide.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;

import jakarta.servlet.AsyncContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Applications with a shutdown of their own, in a container that somebody else starts and stops. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
abstract class ApplicationContract {

    private final Container.Factory containers;
    private final List<Client> clients = new ArrayList<>();
    private Container container;
    private int port;

    ApplicationContract(Container.Factory containers) {
        QuietLog.begin();
        this.containers = containers;
    }

    private void start(Deployment... deployments) throws Exception {
        container =
                containers.start(
                        List.of(deployments).stream()
                                .map(deployment -> deployment.application)
                                .toList());
        port = container.port();
    }

    @AfterEach
    void stop() throws Exception {
        for (Client client : clients) {
            client.close();
        }
        container.stop();
    }

    private Client connect() throws IOException {
        Client client = Client.connect(port);
        clients.add(client);
        return client;
    }

    private Gate beginUndeploy(String path) {
        Gate over = new Gate();
        Thread.ofPlatform()
                .start(
                        () -> {
                            try {
                                container.undeploy(path);
                            } catch (Exception failed) {
                                throw new AssertionError(failed);
                            }
                            over.open();
                        });
        return over;
    }

    /** Waits until the container sends no more requests to an application. */
    private void awaitUndeployed(String path) throws IOException {
        while (true) {
            try (Client client = Client.connect(port)) {
                if (client.get(path).status() != 200) {
                    return;
                }
            }
        }
    }

    @Test
    void haveAFilterAndProbesOnceSwitchedOn() throws Exception {
        Gate inside = new Gate();
        Gate go = new Gate();
        Deployment shop =
                Deployment.switchedOn(
                        "/shop",
                        Routes.at(
                                        "/slow",
                                        (_, _) -> {
                                            inside.open();
                                            go.await();
                                        })
                                .and("/hello", (_, _) -> {}));
        start(shop);

        lookAtProbes(shop, inside, go);
    }

    @Test
    void haveThemWithTheListenerDeclared() throws Exception {
        Gate inside = new Gate();
        Gate go = new Gate();
        Deployment shop =
                Deployment.declaringTheListener(
                        "/shop",
                        Routes.at(
                                        "/slow",
                                        (_, _) -> {
                                            inside.open();
                                            go.await();
                                        })
                                .and("/hello", (_, _) -> {}));
        start(shop);

        lookAtProbes(shop, inside, go);
    }

    private void lookAtProbes(Deployment shop, Gate inside, Gate go) throws Exception {
        Answer ready = connect().get("/shop/ready");
        Answer live = connect().get("/shop/live");
        Client keptAlive = connect();
        keptAlive.get("/shop/hello");
        Client slow = connect().send("/shop/slow");
        inside.await();

        shop.beginShutdown();
        Answer refused = keptAlive.get("/shop/hello");
        Answer unready = connect().get("/shop/ready");
        Answer stillLive = connect().get("/shop/live");
        go.open();

        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.body()).isEqualTo("ready\n");
        assertThat(ready.header("content-type")).startsWith("text/plain");
        assertThat(ready.header("cache-control")).isEqualTo("no-store");
        assertThat(live.status()).isEqualTo(200);
        assertThat(live.body()).isEqualTo("alive\n");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(unready.status()).isEqualTo(503);
        assertThat(unready.body()).isEqualTo("shutting down\n");
        assertThat(unready.header("connection")).isEqualTo("close");
        assertThat(stillLive.status()).isEqualTo(200);
        assertThat(slow.receive().status()).isEqualTo(200);
    }

    @Test
    void sayTheirStatusAndNoMoreUnlessAsked() throws Exception { // S05
        HeldRoute held = HeldRoute.then((_, _) -> {});
        Deployment shop =
                Deployment.switchedOn("/shop", Routes.at("/slow", held))
                        .with(
                                Map.of(
                                        "ebbtide.status-path",
                                        "/status",
                                        "ebbtide.progress-path",
                                        "/progress",
                                        "ebbtide.liveness-path",
                                        "off"));
        start(shop);
        shop.shutdown().register("secret-name", ResourceType.CUSTOM, () -> {});
        Answer running = connect().get("/shop/status");
        Client slow = connect().send("/shop/slow");
        held.awaitRequest();

        shop.beginShutdown();
        Answer draining = connect().get("/shop/status");
        Answer progress = connect().get("/shop/progress");
        Answer live = connect().get("/shop/live");
        held.letGo();
        slow.receive();

        assertThat(running.body()).isEqualTo("{\"phase\":\"RUNNING\"}\n");
        assertThat(running.header("content-type")).startsWith("application/json");
        assertThat(draining.status()).isEqualTo(200);
        assertThat(draining.body()).isEqualTo("{\"phase\":\"DRAINING_CONNECTIONS\"}\n");
        assertThat(progress.body())
                .matches(
                        "\\{\"phase\":\"DRAINING_CONNECTIONS\",\"inFlight\":1,\"drained\":0,"
                                + "\"refused\":0,\"closed\":0,\"toClose\":1,\"elapsedMillis\":\\d+,"
                                + "\"remainingMillis\":\\d+,\"errors\":0}\n");
        assertThat(live.status()).isEqualTo(503); // there is none: it is a request like any other
    }

    @Test
    void drainAndCloseWhenUndeployed() throws Exception {
        Queue<String> events = new ConcurrentLinkedQueue<>();
        HeldRoute held =
                HeldRoute.then(
                        (_, response) -> {
                            response.getWriter().print("done");
                            events.add("request ends");
                        });
        Deployment shop =
                Deployment.switchedOn(
                        "/shop", Routes.at("/slow", held).and("/hello", (_, _) -> {}));
        Deployment other = Deployment.switchedOn("/other", Routes.at("/hello", (_, _) -> {}));
        start(shop, other);
        shop.shutdown()
                .register(Resource.of("db", ResourceType.DATABASE, () -> events.add("db closes")));
        Client client = connect().send("/shop/slow");
        held.awaitRequest();

        Gate undeployed = beginUndeploy("/shop");
        awaitUndeployed("/shop/hello");
        held.letGo();
        Answer answer = client.receive();
        undeployed.await();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("done");
        assertThat(events).containsExactly("request ends", "db closes");
        assertThat(shop.shutdown().progress().phase()).isEqualTo(ShutdownPhase.COMPLETED);
        assertThat(connect().get("/other/hello").status()).isEqualTo(200);
        assertThat(other.shutdown().isShuttingDown()).isFalse();
    }

    @Test
    void areUndeployedAlthoughARequestDoesNotEnd() throws Exception {
        Gate inside = new Gate();
        Gate interrupted = new Gate();
        Deployment shop =
                Deployment.switchedOn(
                                "/shop",
                                Routes.at(
                                        "/stuck",
                                        (_, _) -> {
                                            inside.open();
                                            try {
                                                new CountDownLatch(1).await();
                                            } finally {
                                                interrupted.open();
                                            }
                                        }))
                        .with(Map.of("ebbtide.drain-timeout", "50ms"));
        start(shop);
        Client _ = connect().send("/shop/stuck");
        inside.await();

        container.undeploy("/shop");
        interrupted.await();

        assertThat(shop.shutdown().progress().phase()).isEqualTo(ShutdownPhase.FORCED);
    }

    @Test
    void doNotDisturbEachOther() throws Exception { // B16
        Deployment shop = Deployment.switchedOn("/shop", Routes.at("/hello", (_, _) -> {}));
        Deployment other = Deployment.switchedOn("/other", Routes.at("/hello", (_, _) -> {}));
        start(shop, other);
        Client keptAlive = connect();
        keptAlive.get("/other/hello");

        shop.shutdown().close();
        Answer answer = keptAlive.get("/other/hello");
        Answer again = keptAlive.get("/other/ready");

        assertThat(connect().get("/shop/hello").status()).isEqualTo(503);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("connection")).isNotEqualTo("close");
        assertThat(again.status()).isEqualTo(200);
        assertThat(shop.shutdown()).isNotSameAs(other.shutdown());
    }

    @Test
    void mayCompleteRequestsWhenTheirServletIsDestroyed() throws Exception { // E05
        Queue<AsyncContext> open = new ConcurrentLinkedQueue<>();
        Gate inside = new Gate();
        Deployment shop =
                Deployment.switchedOn(
                        "/shop",
                        Routes.at(
                                        "/suspended",
                                        (request, _) -> {
                                            open.add(Routes.startAsync(request));
                                            inside.open();
                                        })
                                .onDestroy(() -> open.forEach(ApplicationContract::sayGoodbye)));
        start(shop);
        StructuredShutdown shutdown = shop.shutdown();
        Client client = connect().send("/shop/suspended");
        inside.await();

        container.undeploy("/shop");

        assertThat(client.receive().body()).isEqualTo("goodbye");
        assertThat(shutdown.progress().phase()).isEqualTo(ShutdownPhase.COMPLETED);
    }

    private static void sayGoodbye(AsyncContext async) {
        try {
            async.getResponse().getWriter().print("goodbye");
            async.complete();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
