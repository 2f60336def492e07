package io.ebbtide.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.Fate;
import io.ebbtide.report.ShutdownResult;

import org.junit.jupiter.api.Test;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Requests that are still running at the drain deadline, on a thread of the container. */
interface StragglerContract extends Suite {

    @Test
    default void answersAStragglerAndInterruptsIt() throws Exception { // F05
        Gate inside = new Gate();
        Service service =
                start(
                        Routes.at(
                                "/stuck",
                                (_, response) -> {
                                    response.getWriter().print("half of it");
                                    inside.open();
                                    new CountDownLatch(1).await();
                                }));
        Client client = service.connect().send("/stuck?token=secret");
        inside.await();

        service.beginShutdown();
        service.passDrainDeadline();
        Answer answer = client.receive();

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("Service Unavailable\n");
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(client.isClosedByServer()).isTrue();
        ShutdownResult result = service.result();
        assertThat(result.status()).isEqualTo(ShutdownResult.Status.FORCED);
        assertThat(result.stragglers())
                .singleElement()
                .satisfies(
                        straggler -> {
                            assertThat(straggler.name()).isEqualTo("GET /stuck");
                            assertThat(straggler.fate()).isEqualTo(Fate.INTERRUPTED);
                        });
    }

    @Test
    default void doesNotTakeAnInterruptForAnAnswer() throws Exception {
        Gate inside = new Gate();
        Service service =
                start(
                        Routes.at(
                                "/stuck",
                                (_, response) -> {
                                    response.setStatus(201);
                                    inside.open();
                                    try {
                                        new CountDownLatch(1).await();
                                    } catch (InterruptedException giveUp) {
                                        Thread.currentThread()
                                                .interrupt(); // and return as if the order had been
                                        // placed
                                    }
                                }));
        Client client = service.connect().send("/stuck");
        inside.await();

        service.beginShutdown();
        service.passDrainDeadline();

        assertThat(client.receive().status()).isEqualTo(503);
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.FORCED);
    }

    @Test
    default void cutsACommittedStragglerThatFailsVisibly() throws Exception { // E12
        Service service =
                start(
                        Routes.at(
                                "/stream",
                                (_, response) -> {
                                    response.getOutputStream().print("first");
                                    response.flushBuffer();
                                    new CountDownLatch(1).await();
                                }));
        Client client = service.connect().send("/stream");
        client.receiveHead();

        service.beginShutdown();
        service.passDrainDeadline();

        assertThat(client.receiveChunk()).isEqualTo("first");
        assertThat(client.isClosedByServer()).isTrue();
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.FORCED);
    }

    @Test
    default void letsACommittedStragglerEndItsStreamWithinTheGrace() throws Exception {
        Service service =
                start(
                        Routes.at(
                                "/stream",
                                (_, response) -> {
                                    response.getOutputStream().print("first");
                                    response.flushBuffer();
                                    try {
                                        new CountDownLatch(1).await();
                                    } catch (InterruptedException sayGoodbye) {
                                        response.getOutputStream().print("bye");
                                    }
                                }));
        Client client = service.connect().send("/stream");
        client.receiveHead();

        service.beginShutdown();
        service.passDrainDeadline();

        assertThat(client.receiveChunk()).isEqualTo("first");
        assertThat(client.receiveChunk()).isEqualTo("bye");
        assertThat(client.receiveChunk()).isEmpty();
    }

    @Test
    default void cutsACommittedStragglerThatComesBackAfterTheGrace() throws Exception {
        Gate go = new Gate();
        Gate interrupted = new Gate();
        Service service =
                start(
                        Routes.at(
                                "/stream",
                                (_, response) -> {
                                    response.getOutputStream().print("first");
                                    response.flushBuffer();
                                    try {
                                        go.await();
                                    } catch (InterruptedException ignored) {
                                        interrupted.open();
                                        go.await();
                                    }
                                }));
        Client client = service.connect().send("/stream");
        client.receiveHead();

        service.beginShutdown();
        service.passDrainDeadline();
        interrupted.await();
        service.passGrace();
        ShutdownResult result = service.result();
        go.open();

        assertThat(result.stragglers())
                .singleElement()
                .satisfies(straggler -> assertThat(straggler.fate()).isEqualTo(Fate.ABANDONED));
        assertThat(client.receiveChunk()).isEqualTo("first");
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    default void leavesTheThreadWithoutOurInterrupt() throws Exception {
        Gate inside = new Gate();
        Gate left = new Gate();
        AtomicBoolean interrupted = new AtomicBoolean();
        Service service =
                start(
                        Service.CONFIG,
                        Routes.at(
                                "/stuck",
                                (_, _) -> {
                                    inside.open();
                                    try {
                                        new CountDownLatch(1).await();
                                    } catch (InterruptedException giveUp) {
                                        Thread.currentThread().interrupt();
                                    }
                                }),
                        (filter, context) -> {
                            Filters.addOutermost(
                                    context,
                                    (request, response, chain) -> {
                                        chain.doFilter(request, response);
                                        interrupted.set(Thread.currentThread().isInterrupted());
                                        left.open();
                                    });
                            filter.addTo(context);
                        });
        service.connect().send("/stuck");
        inside.await();

        service.beginShutdown();
        service.passDrainDeadline();
        left.await();

        assertThat(interrupted).isFalse();
    }
}
