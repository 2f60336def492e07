package io.ebbtide.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.Admission;
import io.ebbtide.work.Permit;
import io.ebbtide.work.Refusal;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Requests that are in flight when a shutdown begins and end in time, on the thread they came on.
 */
interface DrainContract extends Suite {

    @Test
    default void completesARequestInFlightAndSaysClose() throws Exception { // B01 B02
        HeldRoute held = HeldRoute.then((_, response) -> response.getWriter().print("done"));
        Service service = start(Routes.at("/slow", held));
        Client client = service.connect().send("/slow");
        held.awaitRequest();

        service.beginShutdown();
        held.letGo();
        Answer answer = client.receive();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("done");
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(client.isClosedByServer()).isTrue();
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    @Test
    default void saysCloseAlthoughTheApplicationSendsItsAnswerItself() throws Exception { // B02
        HeldRoute held =
                HeldRoute.then(
                        (_, response) -> {
                            response.getOutputStream().print("done");
                            response.flushBuffer();
                        });
        Service service = start(Routes.at("/slow", held));
        Client client = service.connect().send("/slow");
        held.awaitRequest();

        service.beginShutdown();
        held.letGo();
        Answer answer = client.receive();

        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(answer.body()).isEqualTo("done");
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    @Test
    default void completesABodyWhoseHeadersWereSentBefore() throws Exception { // B03
        Gate go = new Gate();
        Service service =
                start(
                        Routes.at(
                                "/slow",
                                (_, response) -> {
                                    response.getOutputStream().print("first ");
                                    response.flushBuffer();
                                    go.await();
                                    response.getOutputStream().print("second");
                                }));
        Client client = service.connect().send("/slow");
        client.receiveHead();

        service.beginShutdown();
        go.open();

        assertThat(client.receiveChunk()).isEqualTo("first ");
        assertThat(client.receiveChunk()).isEqualTo("second");
        assertThat(client.receiveChunk()).isEmpty();
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    @Test
    default void endsARequestOnlyOnceItsAnswerIsSent() throws Exception { // B06
        String large = "x".repeat(20_000_000);
        HeldRoute held =
                HeldRoute.then(
                        (_, response) -> {
                            // All of it is still to be sent when the servlet returns.
                            response.setBufferSize(large.length() + 1);
                            response.getOutputStream().print(large);
                        });
        Service service = start(Routes.at("/large", held));
        Client client = service.connect().send("/large");
        held.awaitRequest();

        service.beginShutdown();
        held.letGo();
        client.receiveHead();

        assertThat(service.shutdown.requests().inFlight()).isEqualTo(1);
        assertThat(client.receiveBody(large.length())).isEqualTo(large);
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    @Test
    default void readsTheRestOfABodyThatIsStillArriving() throws Exception { // B04
        Gate inside = new Gate();
        Service service =
                start(
                        Routes.at(
                                "/upload",
                                (request, response) -> {
                                    inside.open();
                                    response.getOutputStream()
                                            .write(request.getInputStream().readAllBytes());
                                }));
        Client client = service.connect();
        client.sendRaw(
                "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n01234");
        inside.await();

        service.beginShutdown();
        client.sendRaw("56789");

        assertThat(client.receive().body()).isEqualTo("0123456789");
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    @Test
    default void passesForwardsAndIncludesOfAdmittedRequests() throws Exception { // E08
        HeldRoute held =
                HeldRoute.then(
                        (request, response) -> {
                            request.getRequestDispatcher("/included").include(request, response);
                            request.getRequestDispatcher("/forwarded").forward(request, response);
                        });
        Service service =
                start(
                        Routes.at("/slow", held)
                                .and("/included", (_, _) -> {})
                                .and(
                                        "/forwarded",
                                        (_, response) -> response.getWriter().print("forwarded")));
        Client client = service.connect().send("/slow");
        held.awaitRequest();

        service.beginShutdown();
        held.letGo();

        assertThat(client.receive().body()).isEqualTo("forwarded");
        assertThat(service.routes.calls("/included")).isEqualTo(1);
        assertThat(service.result().refused()).isZero();
    }

    @Test
    default void saysCloseInEveryAnswerOnceAShutdownHasBegun() throws Exception { // C07
        Service service =
                start(
                        Service.CONFIG
                                .withLameDuck(Duration.ofSeconds(5))
                                .withLameDuckQuiet(Duration.ofSeconds(5)),
                        Routes.at("/hello", (_, _) -> {})
                                .and("/missing", (_, response) -> response.sendError(404))
                                .and("/gone", (_, response) -> response.sendError(410))
                                .and("/elsewhere", (_, response) -> response.sendRedirect("/hello"))
                                .and("/empty", (_, response) -> response.setStatus(204))
                                .and(
                                        "/broken",
                                        (_, _) -> {
                                            throw new IllegalStateException("broken");
                                        }));
        service.connect().get("/hello");

        service.beginShutdown();
        List<String> kept = new ArrayList<>();
        for (String path :
                List.of("/hello", "/missing", "/gone", "/elsewhere", "/empty", "/broken")) {
            Answer answer = service.connect().get(path);
            if (!answer.header("connection").equals("close")) {
                kept.add(path + " " + answer.status());
            }
        }
        service.time.advance(Duration.ofSeconds(5));
        service.result();

        assertThat(kept).isEmpty();
    }

    @Test
    default void letsARequestEnterAgainWhileItIsServed() throws Exception { // X61
        CompletableFuture<Admission> again = new CompletableFuture<>();
        CompletableFuture<StructuredShutdown> shutdown = new CompletableFuture<>();
        HeldRoute held =
                HeldRoute.then(
                        (_, _) -> {
                            Admission admission = shutdown.join().requests().enter("again");
                            if (admission instanceof Permit permit) {
                                permit.close();
                            }
                            again.complete(admission);
                        });
        Service service = start(Routes.at("/nested", held));
        shutdown.complete(service.shutdown);
        Client client = service.connect().send("/nested");
        held.awaitRequest();

        service.beginShutdown();
        Admission stranger = service.shutdown.requests().enter("stranger");
        held.letGo();

        assertThat(client.receive().status()).isEqualTo(200);
        assertThat(again.get(20, TimeUnit.SECONDS)).isInstanceOf(Permit.class);
        assertThat(stranger).isEqualTo(Refusal.SHUTTING_DOWN);
        assertThat(service.result().drained()).isEqualTo(2);
    }
}
