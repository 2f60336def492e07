package io.ebbtide.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownResult;

import jakarta.servlet.http.HttpServletResponse;

import org.junit.jupiter.api.Test;

import java.io.IOException;

/** Requests in flight that end with an error: their own, of their client, or of a filter. */
interface ErrorContract extends Suite {

    @Test
    default void givesAFailingRequestItsErrorAndEndsIt() throws Exception { // B07
        HeldRoute held =
                HeldRoute.then(
                        (_, _) -> {
                            throw new IllegalStateException("broken");
                        });
        Service service = start(Routes.at("/broken", held));
        Client client = service.connect().send("/broken");
        held.awaitRequest();

        service.beginShutdown();
        held.letGo();

        assertThat(client.receive().status()).isEqualTo(500);
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    @Test
    default void keepsTheErrorPageOfARequestThatIsNotFound() throws Exception { // B09
        HeldRoute held = HeldRoute.then((_, response) -> response.sendError(404));
        Service service = start(Routes.at("/gone", held));
        Client client = service.connect().send("/gone");
        held.awaitRequest();

        service.beginShutdown();
        held.letGo();
        Answer answer = client.receive();

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.isWhole()).isTrue();
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    @Test
    default void passesTheErrorPageOfAnAdmittedRequest() throws Exception { // E08
        HeldRoute held =
                HeldRoute.then((_, response) -> response.sendError(HttpServletResponse.SC_GONE));
        Service service =
                start(
                        Routes.at("/slow", held)
                                .and(
                                        Container.PAGE_OF_410,
                                        (_, response) -> response.getWriter().print("gone")));
        Client client = service.connect().send("/slow");
        held.awaitRequest();

        service.beginShutdown();
        held.letGo();
        Answer answer = client.receive();

        assertThat(answer.status()).isEqualTo(410);
        assertThat(answer.body()).isEqualTo("gone");
        assertThat(service.result().refused()).isZero();
    }

    @Test
    default void endsARequestWhoseClientHasGone() throws Exception { // B11
        Gate noticed = new Gate();
        Service service =
                start(
                        Routes.at(
                                "/stream",
                                (_, response) -> {
                                    byte[] block = new byte[100_000];
                                    try {
                                        while (true) {
                                            response.getOutputStream().write(block);
                                            response.flushBuffer();
                                        }
                                    } catch (IOException gone) {
                                        noticed.open();
                                        throw gone;
                                    }
                                }));
        Client client = service.connect().send("/stream");
        client.receiveHead();

        service.beginShutdown();
        client.reset();
        noticed.await();

        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(service.result().drained()).isEqualTo(1);
    }

    @Test
    default void endsARequestThatAFilterBehindItFailsWithAnError() throws Exception { // X63
        Service service =
                start(
                        Service.CONFIG,
                        Routes.at("/hello", (_, _) -> {}),
                        (filter, context) -> {
                            filter.addTo(context);
                            Filters.addInnermost(
                                    context,
                                    (_, _, _) -> {
                                        throw new LinkageError("not really");
                                    });
                        });

        Answer answer = service.connect().get("/hello");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(service.shutdown.requests().inFlight()).isZero();
        assertThat(service.shutdown.stats().endedAgain()).isZero();
    }
}
