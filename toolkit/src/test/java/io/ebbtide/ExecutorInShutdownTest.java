package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.report.HandedBack;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;
import io.ebbtide.work.Limits;
import io.ebbtide.work.ShutdownAwareExecutor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** What a shutdown makes of the tasks of an executor. */
@Timeout(30)
class ExecutorInShutdownTest extends OnFakeTime {

    private static final Duration DRAIN = ShutdownConfig.defaults().drainTimeout();

    private final ShutdownAwareExecutor mailer =
            shutdown.executor("mailer", Limits.concurrency(1).withQueue(2));

    @Test
    void handsBackWhatNeverStartedAndCallsOnlyTheRestStragglers() throws Exception {
        Runnable mail = () -> log.add("mail sent");
        Callable<String> receipt = () -> "receipt";
        Future<?> running = mailer.submit("stuck", Executed.nothing(this::stay));
        assertThat(log.take()).isEqualTo("inside");
        mailer.execute("confirm 42", mail);
        Future<String> queued = mailer.submit("receipt 42", receipt);

        Future<ShutdownResult> future = shutdown.begin(TEST);
        pass(DRAIN);

        ShutdownResult result = future.get();
        assertThat(result.handedBack())
                .extracting(HandedBack::name)
                .containsExactly("confirm 42", "receipt 42");
        assertThat(result.handedBack().getFirst().task()).isSameAs(mail);
        assertThat(result.handedBack().getFirst().scope()).isEqualTo("/work/executors/mailer");
        assertThat(result.stragglers()).extracting(Straggler::name).containsExactly("stuck");
        assertThat(result.drained()).isZero();
        assertThat(queued.isCancelled()).isTrue();
        assertThat(running.isDone()).isTrue();
        assertThat(result.toString())
                .contains(
                        "0 drained, 0 refused, 1 forced, 2 handed back",
                        "  < handed back 'confirm 42' of /work/executors/mailer: it never"
                                + " started");
        assertThat(log).isEmpty();
    }

    @Test
    void handsBackWhatWasMeantForLaterAlthoughAllWentWell() throws Exception {
        Runnable reminder = () -> log.add("reminded");
        ScheduledFuture<?> _ = mailer.schedule(reminder, 1, TimeUnit.HOURS);

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(result.handedBack())
                .singleElement()
                .satisfies(task -> assertThat(task.task()).isSameAs(reminder));
    }

    @Test
    void handsBackWhatAnExecutorOnAScopeOfTheUsersHasNotStarted() throws Exception {
        ShutdownAwareExecutor own =
                ShutdownAwareExecutor.in(shutdown.work().child("own"), Limits.concurrency(1));
        own.execute(() -> {});
        ScheduledFuture<?> _ = own.schedule(() -> {}, 1, TimeUnit.HOURS);

        assertThat(shutdown.shutdown(TEST).handedBack())
                .extracting(HandedBack::scope)
                .containsExactly("/work/own");
    }

    @Test
    void countsTasksThatFindNoPlaceAsRefused() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < 3; i++) {
            mailer.execute(Executed.quietly(end::await));
        }

        assertThatThrownBy(() -> mailer.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);

        assertThat(shutdown.progress().refused()).isEqualTo(1);
        end.countDown();
        assertThat(shutdown.shutdown(TEST).refused()).isEqualTo(1);
    }

    @Test
    void waitsForWhatIsQueuedAsLongAsThereIsTime() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        mailer.execute(Executed.quietly(end::await));
        mailer.execute("confirm 42", () -> log.add("mail sent"));

        Future<ShutdownResult> future = shutdown.begin(TEST);
        time.awaitWaiters(1);
        end.countDown();

        assertThat(future.get().drained()).isEqualTo(2);
        assertThat(future.get().handedBack()).isEmpty();
        assertThat(log).containsExactly("mail sent");
    }

    /** Tasks in the shapes that executors take. */
    private static final class Executed {

        /** Something that may be interrupted. */
        @FunctionalInterface
        interface Body {
            void run() throws InterruptedException;
        }

        static Callable<String> nothing(Body body) {
            return () -> {
                body.run();
                return "";
            };
        }

        static Runnable quietly(Body body) {
            return () -> {
                try {
                    body.run();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            };
        }
    }
}
