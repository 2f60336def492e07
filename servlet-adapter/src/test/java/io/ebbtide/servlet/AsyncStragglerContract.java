package io.ebbtide.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;

import org.junit.jupiter.api.Test;

import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Requests without a thread that are still open at the drain deadline. */
interface AsyncStragglerContract extends Suite {

    @Test
    default void answersAnAsynchronousRequestThatNeverCompletes() throws Exception { // E06 X58
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        CompletableFuture<AsyncContext> started = new CompletableFuture<>();
        Service service =
                start(
                        Routes.at(
                                "/never",
                                (request, _) -> {
                                    AsyncContext async = Routes.startAsync(request);
                                    async.addListener(new Recorder(events));
                                    started.complete(async);
                                }));
        Client client = service.connect().send("/never");
        started.get(20, TimeUnit.SECONDS);

        service.beginShutdown();
        service.passDrainDeadline();
        Answer answer = client.receive();

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("Service Unavailable\n");
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(client.isClosedByServer()).isTrue();
        assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo("complete");
        assertThat(events).isEmpty();
        assertThat(service.routes.calls("/never")).isEqualTo(1);
        assertThat(service.result().stragglers())
                .singleElement()
                .satisfies(
                        straggler -> {
                            assertThat(straggler.name()).isEqualTo("GET /never");
                            assertThat(straggler.detail()).isEqualTo("asynchronous");
                        });
        assertThat(service.shutdown.requests().inFlight()).isZero();
    }

    @Test
    default void cutsAnAsynchronousStreamVisibly() throws Exception { // E12
        CompletableFuture<AsyncContext> started = new CompletableFuture<>();
        Service service =
                start(
                        Routes.at(
                                "/stream",
                                (request, response) -> {
                                    AsyncContext async = Routes.startAsync(request);
                                    response.getOutputStream().print("first");
                                    response.flushBuffer();
                                    started.complete(async);
                                }));
        Client client = service.connect().send("/stream");
        client.receiveHead();
        AsyncContext async = started.get(20, TimeUnit.SECONDS);

        service.beginShutdown();
        async.getResponse().getOutputStream().print("second");
        async.getResponse().flushBuffer();
        String first = client.receiveChunk();
        String second = client.receiveChunk();
        service.passDrainDeadline();

        assertThat(first).isEqualTo("first");
        assertThat(second).isEqualTo("second");
        assertThat(client.isClosedByServer()).isTrue();
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.FORCED);
        assertThat(service.routes.calls("/stream")).isEqualTo(1);
    }

    @Test
    default void leavesAsynchronousStragglersAloneWhereItDoesNotSeeTheDispatches()
            throws Exception {
        CompletableFuture<AsyncContext> started = new CompletableFuture<>();
        Service service =
                start(
                        Service.CONFIG,
                        Routes.at(
                                "/order",
                                (request, _) -> started.complete(Routes.startAsync(request))),
                        (filter, context) -> Filters.addForRequestsOnly(context, filter));
        service.connect().send("/order");
        AsyncContext order = started.get(20, TimeUnit.SECONDS);

        Gate interrupted = service.witnessInterrupt();
        service.beginShutdown();
        service.passDrainDeadline();
        interrupted.await();
        service.passGrace();

        assertThat(service.result().stragglers())
                .extracting(Straggler::name)
                .contains("GET /order");
        assertThat(service.routes.calls("/order"))
                .isEqualTo(1); // an order must not be placed twice
        order.complete(); // or else the container waits for it when it stops
    }

    @Test
    default void answersAStragglerThatStartsAsyncAfterTheDeadline() throws Exception {
        Gate inside = new Gate();
        Gate go = new Gate();
        AtomicInteger redispatched = new AtomicInteger();
        Service service =
                start(
                        Routes.at(
                                "/late",
                                (request, _) -> {
                                    if (request.getDispatcherType() == DispatcherType.ASYNC) {
                                        redispatched.incrementAndGet();
                                        return;
                                    }
                                    inside.open();
                                    try {
                                        go.await();
                                    } catch (InterruptedException goOnAsynchronously) {
                                        Routes.startAsync(request);
                                    }
                                }));
        Client client = service.connect().send("/late");
        inside.await();

        service.beginShutdown();
        service.passDrainDeadline();

        assertThat(client.receive().status()).isEqualTo(503);
        assertThat(redispatched).hasValue(0);
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.FORCED);
    }

    /** Writes down what happens to an asynchronous cycle. */
    record Recorder(Queue<String> events) implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            events.add("complete");
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            events.add("timeout");
        }

        @Override
        public void onError(AsyncEvent event) {
            events.add("error");
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            events.add("start");
        }
    }
}
