package io.ebbtide.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownResult;

import jakarta.servlet.http.HttpServletResponse;

import org.junit.jupiter.api.Test;

/**
 * Requests that are in flight when a shutdown begins and end in time, on the thread they came on.
 */
interface DrainContract extends Suite {

    @Test
    default void completesARequestInFlightAndSaysClose() throws Exception { // B01 B02
        Gate inside = new Gate();
        Gate go = new Gate();
        Service service =
                start(
                        Routes.at(
                                "/slow",
                                (_, response) -> {
                                    inside.open();
                                    go.await();
                                    response.getWriter().print("done");
                                }));
        Client client = service.connect().send("/slow");
        inside.await();

        service.beginShutdown();
        go.open();
        Answer answer = client.receive();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("done");
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(client.isClosedByServer()).isTrue();
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
        Gate inside = new Gate();
        Gate go = new Gate();
        Service service =
                start(
                        Routes.at(
                                "/large",
                                (_, response) -> {
                                    response.setBufferSize(
                                            large.length()
                                                    + 1); // all of it is still to be sent when the
                                    // servlet returns
                                    inside.open();
                                    go.await();
                                    response.getOutputStream().print(large);
                                }));
        Client client = service.connect().send("/large");
        inside.await();

        service.beginShutdown();
        go.open();
        client.receiveHead();

        assertThat(service.shutdown.requests().inFlight()).isEqualTo(1);
        assertThat(client.receiveBody(large.length())).isEqualTo(large);
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    @Test
    default void givesAFailingRequestItsErrorAndEndsIt() throws Exception { // B07
        Gate inside = new Gate();
        Gate go = new Gate();
        Service service =
                start(
                        Routes.at(
                                "/broken",
                                (_, _) -> {
                                    inside.open();
                                    go.await();
                                    throw new IllegalStateException("broken");
                                }));
        Client client = service.connect().send("/broken");
        inside.await();

        service.beginShutdown();
        go.open();

        assertThat(client.receive().status()).isEqualTo(500);
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    @Test
    default void keepsTheErrorPageOfARequestThatIsNotFound() throws Exception { // B09
        Gate inside = new Gate();
        Gate go = new Gate();
        Service service =
                start(
                        Routes.at(
                                "/gone",
                                (_, response) -> {
                                    inside.open();
                                    go.await();
                                    response.sendError(404);
                                }));
        Client client = service.connect().send("/gone");
        inside.await();

        service.beginShutdown();
        go.open();
        Answer answer = client.receive();

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.isWhole()).isTrue();
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
        Gate inside = new Gate();
        Gate go = new Gate();
        Service service =
                start(
                        Routes.at(
                                        "/slow",
                                        (request, response) -> {
                                            inside.open();
                                            go.await();
                                            request.getRequestDispatcher("/included")
                                                    .include(request, response);
                                            request.getRequestDispatcher("/forwarded")
                                                    .forward(request, response);
                                        })
                                .and("/included", (_, _) -> {})
                                .and(
                                        "/forwarded",
                                        (_, response) -> response.getWriter().print("forwarded")));
        Client client = service.connect().send("/slow");
        inside.await();

        service.beginShutdown();
        go.open();

        assertThat(client.receive().body()).isEqualTo("forwarded");
        assertThat(service.routes.calls("/included")).isEqualTo(1);
        assertThat(service.result().refused()).isZero();
    }

    @Test
    default void passesTheErrorPageOfAnAdmittedRequest() throws Exception { // E08
        Gate inside = new Gate();
        Gate go = new Gate();
        Service service =
                start(
                        Routes.at(
                                        "/slow",
                                        (_, response) -> {
                                            inside.open();
                                            go.await();
                                            response.sendError(HttpServletResponse.SC_GONE);
                                        })
                                .and(
                                        Container.PAGE_OF_410,
                                        (_, response) -> response.getWriter().print("gone")));
        Client client = service.connect().send("/slow");
        inside.await();

        service.beginShutdown();
        go.open();
        Answer answer = client.receive();

        assertThat(answer.status()).isEqualTo(410);
        assertThat(answer.body()).isEqualTo("gone");
        assertThat(service.result().refused()).isZero();
    }
}
