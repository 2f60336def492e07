package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.StepReport;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.ConnectionTracker;
import io.ebbtide.work.Limits;
import io.ebbtide.work.ShutdownAwareExecutor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A shutdown with work of several kinds. */
@Timeout(30)
class WorkInShutdownTest extends OnFakeTime {

    @Test
    void endsAtOnceWhenTimeHasJumpedFarBeyondTheBudget() throws Exception {
        shutdown.register("db", ResourceType.DATABASE, () -> log.add("db closed"));
        shutdown.backgroundTasks().start("deaf", _ -> stay());
        log.take();

        Future<ShutdownResult> future = shutdown.begin(TEST);
        pass(Duration.ofHours(1));

        assertThat(future.get().status()).isEqualTo(ShutdownResult.Status.FORCED);
        assertThat(future.get().steps()).extracting(StepReport::name).contains("db");
    }

    @Test
    void holdsNoLockWhileSomebodysCodeRuns() throws Exception {
        ShutdownAwareExecutor mailer = shutdown.executor("mailer", Limits.concurrency(1));
        ConnectionTracker<ResourceType> connections = shutdown.connections("http", 10);
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        shutdown.register(
                "slow",
                ResourceType.DATABASE,
                () -> {
                    closing.countDown();
                    asked.await();
                });
        Future<ShutdownResult> future = shutdown.begin(TEST);
        closing.await();

        CompletableFuture.runAsync(
                        () -> {
                            shutdown.progress();
                            shutdown.requests().enter("late");
                            shutdown.work().running();
                            shutdown.work().handBack();
                            shutdown.backgroundTasks().statuses();
                            connections.stats();
                            connections.tryTrack(ResourceType.SERVER, "late", () -> {});
                            CompletableFuture<ShutdownResult> _ = shutdown.begin(TEST);
                            assertThatThrownBy(() -> mailer.execute(() -> {}))
                                    .isInstanceOf(RejectedExecutionException.class);
                            assertThatThrownBy(
                                            () ->
                                                    shutdown.register(
                                                            "late", ResourceType.CUSTOM, () -> {}))
                                    .isInstanceOf(IllegalStateException.class);
                        })
                .get(5, TimeUnit.SECONDS);

        asked.countDown();
        assertThat(future.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    @Test
    void doesNoHarmWhenClosedTwice() throws Exception {
        shutdown.register("db", ResourceType.DATABASE, () -> log.add("db closed"));

        shutdown.close();
        shutdown.close();

        assertThat(log).containsExactly("db closed");
    }

    @Test
    void tellsWhoeverAsksThenAtOnce() throws Exception {
        ShutdownResult result = shutdown.shutdown(TEST);

        CompletableFuture<Void> _ =
                shutdown.begin(TEST)
                        .thenAccept(told -> log.add(told.equals(result) ? "told" : "another"));

        assertThat(log.poll(20, TimeUnit.SECONDS)).isEqualTo("told");
    }
}
