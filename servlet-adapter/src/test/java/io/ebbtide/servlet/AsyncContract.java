package io.ebbtide.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.RequestScope;

import jakarta.servlet.AsyncContext;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Requests that leave their thread. */
interface AsyncContract extends Suite {
    @Test
    default void countsAnAsynchronousRequestUntilItCompletes() throws Exception { // E04
        CompletableFuture<AsyncContext> started = new CompletableFuture<>();
        Service service =
                start(
                        Routes.at(
                                "/async",
                                (request, _) -> started.complete(Routes.startAsync(request))));
        Client client = service.connect().send("/async");
        AsyncContext async = started.get(20, TimeUnit.SECONDS);

        service.beginShutdown();
        int during = service.shutdown.requests().inFlight();
        async.getResponse().getWriter().print("done");
        async.complete();

        assertThat(during).isEqualTo(1);
        assertThat(client.receive().body()).isEqualTo("done");
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(service.result().drained()).isEqualTo(1);
    }

    @Test
    default void passesAsyncDispatchesOfAdmittedRequests() throws Exception { // E04 E08
        CompletableFuture<AsyncContext> started = new CompletableFuture<>();
        Service service =
                start(
                        Routes.at(
                                        "/async",
                                        (request, _) ->
                                                started.complete(Routes.startAsync(request)))
                                .and(
                                        "/dispatched",
                                        (_, response) -> response.getWriter().print("dispatched")));
        Client client = service.connect().send("/async");
        AsyncContext async = started.get(20, TimeUnit.SECONDS);

        service.beginShutdown();
        async.dispatch("/dispatched");
        Answer answer = client.receive();

        assertThat(answer.body()).isEqualTo("dispatched");
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    @Test
    default void countsARequestThatStartsAsyncOnceDraining() throws Exception { // X60
        CompletableFuture<AsyncContext> started = new CompletableFuture<>();
        HeldRoute held =
                HeldRoute.then((request, _) -> started.complete(Routes.startAsync(request)));
        Gate left = new Gate();
        Service service =
                start(
                        Service.CONFIG,
                        Routes.at("/late", held),
                        (filter, context) -> {
                            Filters.addOutermost(
                                    context,
                                    (request, response, chain) -> {
                                        chain.doFilter(request, response);
                                        left.open();
                                    });
                            filter.addTo(context);
                        });
        Client client = service.connect().send("/late");
        held.awaitRequest();

        service.beginShutdown();
        held.letGo();
        left.await();
        int afterItsThread = service.shutdown.requests().inFlight();
        started.get(20, TimeUnit.SECONDS).complete();

        assertThat(afterItsThread).isEqualTo(1);
        assertThat(client.receive().status()).isEqualTo(200);
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    @Test
    default void listensAgainEachTimeARequestStartsAsync() throws Exception { // E10
        assertThat(countedInEachCycle(ShutdownFilter::addTo)).containsExactly(1, 1, 1);
    }

    @Test
    default void listensAgainWhereItDoesNotSeeTheDispatches() throws Exception { // E10
        assertThat(
                        countedInEachCycle(
                                (filter, context) -> Filters.addForRequestsOnly(context, filter)))
                .containsExactly(1, 1, 1);
    }

    /**
     * {@return how many requests were in flight in each of three asynchronous cycles of one
     * request}
     */
    private List<Integer> countedInEachCycle(Service.Registration registration) throws Exception {
        BlockingQueue<AsyncContext> cycles = new LinkedBlockingQueue<>();
        Service service =
                start(
                        Service.CONFIG,
                        Routes.at("/async", (request, _) -> cycles.add(Routes.startAsync(request))),
                        registration);
        Client client = service.connect().send("/async");
        List<Integer> counts = new ArrayList<>();
        for (int cycle = 1; cycle <= 3; cycle++) {
            AsyncContext async = cycles.poll(20, TimeUnit.SECONDS);
            if (cycle == 1) {
                service.beginShutdown();
            }
            counts.add(service.shutdown.requests().inFlight());
            if (cycle < 3) {
                async.dispatch();
            } else {
                async.complete();
            }
        }
        assertThat(client.receive().status()).isEqualTo(200);
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(service.result().drained()).isEqualTo(1);
        return counts;
    }

    @Test
    default void endsARequestOnceHoweverItsCompletionRacesWithItsThread()
            throws Exception { // E09 X59
        CyclicBarrier together = new CyclicBarrier(2);
        Service service =
                start(
                        Routes.at("/inside", (request, _) -> Routes.startAsync(request).complete())
                                .and(
                                        "/race",
                                        (request, _) -> {
                                            AsyncContext async = Routes.startAsync(request);
                                            Thread.ofVirtual()
                                                    .start(
                                                            () -> {
                                                                meet(together);
                                                                async.complete();
                                                            });
                                            meet(together);
                                        }));

        for (int i = 0; i < 200; i++) {
            Client client = service.connect();
            assertThat(client.get("/race").status()).isEqualTo(200);
            assertThat(client.get("/inside").status()).isEqualTo(200);
        }

        service.shutDown();
        assertThat(service.result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(service.shutdown.requests().inFlight()).isZero();
        assertThat(service.shutdown.stats().endedAgain()).isZero(); // X62
    }

    @Test
    default void wakesALongPollWhenDrainingBegins() throws Exception { // E11
        Gate waiting = new Gate();
        Service service =
                start(
                        Routes.at(
                                "/poll",
                                (request, _) -> {
                                    AsyncContext async = Routes.startAsync(request);
                                    RequestScope.current()
                                            .orElseThrow()
                                            .onDrain(() -> sayNothingNew(async));
                                    waiting.open();
                                }));
        Client client = service.connect().send("/poll");
        waiting.await();

        ShutdownResult result = service.shutDown();
        Answer answer = client.receive();

        assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("nothing new");
    }

    private static void sayNothingNew(AsyncContext async) {
        try {
            async.getResponse().getWriter().print("nothing new");
            async.complete();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Test
    default void endsAnAsynchronousRequestThatTheContainerTimesOut() throws Exception {
        // Jetty by itself forgets a timeout that comes before it has noted it: of 1 ms, 5 in 3000.
        Service service =
                start(Routes.at("/async", (request, _) -> request.startAsync().setTimeout(500)));

        Answer answer = service.connect().get("/async");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(service.shutDown().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    @Test
    default void endsARequestThatFailsAfterItHasStartedAsync() throws Exception {
        Service service =
                start(
                        Routes.at(
                                        "/async",
                                        (request, _) -> {
                                            Routes.startAsync(request);
                                            throw new IllegalStateException("broken");
                                        })
                                .and(
                                        "/dispatched",
                                        (_, _) -> {
                                            throw new IllegalStateException("broken");
                                        })
                                .and(
                                        "/dispatching",
                                        (request, _) ->
                                                Routes.startAsync(request)
                                                        .dispatch("/dispatched")));

        assertThat(service.connect().get("/async").status()).isEqualTo(500);
        assertThat(service.connect().get("/dispatching").status()).isEqualTo(500);
        assertThat(service.shutDown().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }
}
