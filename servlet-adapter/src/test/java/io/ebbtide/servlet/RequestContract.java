package io.ebbtide.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.RequestScope;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** Who is let through, and who is not. */
interface RequestContract extends Suite {
    @Test
    default void changesNothingBeforeAShutdown() throws Exception {
        Service service =
                start(
                        Routes.at("/hello", (_, response) -> response.getWriter().print("hello"))
                                .and(
                                        "/broken",
                                        (_, _) -> {
                                            throw new IllegalStateException("broken");
                                        }));
        Client client = service.connect();

        Answer hello = client.get("/hello");
        Answer missing = client.get("/missing");
        Answer broken = service.connect().get("/broken");

        assertThat(hello.status()).isEqualTo(200);
        assertThat(hello.body()).isEqualTo("hello");
        assertThat(hello.header("connection")).isNotEqualTo("close");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.header("connection")).isNotEqualTo("close");
        assertThat(broken.status()).isEqualTo(500);
        assertThat(service.shutdown.requests().inFlight()).isZero();
        assertThat(service.shutDown().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    @Test
    default void refusesRequestsOnOpenConnectionsOnceDraining() throws Exception { // A03 A06 A07
        HeldRoute held = HeldRoute.then((_, _) -> {});
        Service service = start(Routes.at("/slow", held));
        Client keptAlive = service.connect();
        keptAlive.get("/hello");
        Client slow = service.connect().send("/slow");
        held.awaitRequest();

        service.beginShutdown();
        Answer refused = keptAlive.get("/hello?secret=1");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.isWhole()).isTrue();
        assertThat(refused.header("connection")).isEqualTo("close");
        assertThat(refused.header("retry-after")).isEqualTo("2");
        assertThat(refused.header("cache-control")).isEqualTo("no-store");
        assertThat(refused.header("content-type")).startsWith("text/plain");
        assertThat(refused.body()).isEqualTo("Service Unavailable\n");
        assertThat(keptAlive.isClosedByServer()).isTrue();
        assertThat(service.routes.calls("/hello")).isEqualTo(1);
        assertThat(service.shutdown.work().inFlight()).isEqualTo(1);
        held.letGo();
        slow.receive();
        assertThat(service.result().refused()).isEqualTo(1);
        assertThat(service.result().drained()).isEqualTo(1);
    }

    @Test
    default void takesNoBodyOfARefusedRequestForARequest() throws Exception { // C08
        Service service = start(Routes.at("/hello", (_, _) -> {}));
        Client keptAlive = service.connect();
        keptAlive.get("/hello");
        String body = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

        service.shutDown();
        keptAlive.sendRaw(
                "POST /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body);

        assertThat(keptAlive.receive().status()).isEqualTo(503);
        assertThat(keptAlive.isClosedByServer()).isTrue();
        assertThat(service.routes.calls("/hello")).isEqualTo(1);
    }

    @Test
    default void goesOnRefusingAfterTheShutdown() throws Exception {
        Service service = start(Routes.at("/hello", (_, _) -> {}));
        Client keptAlive = service.connect();
        keptAlive.get("/hello");

        service.shutDown();

        assertThat(keptAlive.get("/hello").status()).isEqualTo(503);
    }

    @Test
    default void endsARequestWhoseServletThrowsAnError() throws Exception { // X63
        Service service =
                start(
                        Routes.at(
                                "/error",
                                (_, _) -> {
                                    throw new StackOverflowError("not really");
                                }));

        Answer answer = service.connect().get("/error");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(service.shutdown.requests().inFlight()).isZero();
    }

    @Test
    default void servesOnInLameDuckTimeAndSaysClose() throws Exception { // A04
        Service service =
                start(
                        Service.CONFIG
                                .withLameDuck(Duration.ofSeconds(5))
                                .withLameDuckQuiet(Duration.ofSeconds(5)),
                        Routes.at("/hello", (_, response) -> response.getWriter().print("hello")));
        Client client = service.connect();
        client.get("/hello");

        service.beginShutdown();
        Answer answer = client.get("/hello");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(client.isClosedByServer()).isTrue();
        service.time.advance(Duration.ofSeconds(5));
        service.result();
    }

    @Test
    default void letsExemptPathsThroughAtAnyTime() throws Exception {
        Service service =
                start(
                        Routes.at("/ready", (_, response) -> response.setStatus(503))
                                .and("/ready/", (_, _) -> {}));

        service.shutDown();

        assertThat(service.connect().get("/ready").status()).isEqualTo(503);
        assertThat(service.routes.calls("/ready")).isEqualTo(1);
        service.connect().get("/ready/");
        service.connect().get("/%72eady");
        service.connect().get("/ready;x=y");
        assertThat(service.routes.calls("/ready/")).isZero();
        assertThat(service.routes.calls("/ready")).isEqualTo(1);
    }

    @Test
    default void refusesAboveTheLimit() throws Exception {
        HeldRoute held = HeldRoute.then((_, _) -> {});
        Service service =
                start(Service.CONFIG.withMaxInFlightRequests(1), Routes.at("/slow", held));
        Client slow = service.connect().send("/slow");
        held.awaitRequest();

        Answer answer = service.connect().get("/hello");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("retry-after")).isEqualTo("2");
        assertThat(service.routes.calls("/hello")).isZero();
        held.letGo();
        assertThat(slow.receive().status()).isEqualTo(200);
        assertThat(service.connect().get("/hello").status()).isEqualTo(404);
    }

    @Test
    default void bindsTheRequestForTheApplication() throws Exception {
        Service service =
                start(
                        Routes.at(
                                "/orders/42",
                                (_, response) ->
                                        response.getWriter()
                                                .print(
                                                        RequestScope.current()
                                                                .orElseThrow()
                                                                .name())));

        Answer answer = service.connect().get("/orders/42;jsessionid=secret?token=secret");

        assertThat(answer.body()).isEqualTo("GET /orders/42");
    }
}
