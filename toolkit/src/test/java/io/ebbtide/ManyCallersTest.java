package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;

/** One run, and one result, for whoever asks. */
@Timeout(30)
class ManyCallersTest extends OnFakeTime {

    @Test
    void runsOnceAndGivesEveryoneTheSameResult() throws Exception {
        shutdown.register("db", ResourceType.DATABASE, () -> log.add("db"));
        ConcurrentLinkedQueue<ShutdownResult> results = new ConcurrentLinkedQueue<>();
        List<Thread> callers =
                java.util.stream.IntStream.range(0, 16)
                        .mapToObj(
                                i ->
                                        Thread.ofPlatform()
                                                .start(() -> results.add(shutDown("caller " + i))))
                        .toList();
        for (Thread caller : callers) {
            caller.join();
        }

        assertThat(log).containsExactly("db");
        assertThat(results)
                .hasSize(16)
                .allSatisfy(result -> assertThat(result).isSameAs(results.peek()));
        assertThat(shutdown.await()).isSameAs(results.peek());
    }

    @Test
    void doesNotWaitForTheWorkThatCallsIt() throws Exception {
        Permit request = enter("/admin/stop", Peer.NOBODY);

        assertThatThrownBy(() -> request.call(() -> shutdown.shutdown(TEST)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("call begin() here");
        assertThat(shutdown.isShuttingDown()).isFalse();

        Future<ShutdownResult> future = request.call(() -> shutdown.begin(TEST));
        request.close();
        assertThat(future.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    @Test
    void goesOnWhenAWaiterIsInterrupted() throws Exception {
        Permit request = enter("/slow", Peer.NOBODY);
        request.leaveThread();
        CompletableFuture<ShutdownResult> future = shutdown.begin(TEST);
        Thread.currentThread().interrupt();

        assertThatThrownBy(shutdown::await).isInstanceOf(InterruptedException.class);

        request.close();
        assertThat(future.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    @Test
    void cannotBeCompletedByACaller() throws Exception {
        CompletableFuture<ShutdownResult> future = shutdown.begin(TEST);
        future.completeExceptionally(new IllegalStateException("not mine"));

        assertThat(shutdown.await().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    private ShutdownResult shutDown(String who) {
        try {
            return shutdown.shutdown(new ShutdownReason.Requested(who));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
