package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;

@Timeout(30)
class ForkTest {

    private final Scope scope = Scope.open("work", TimeSource.system());
    private final Deadline later = Deadline.in(Duration.ofSeconds(20), TimeSource.system());

    @Test
    void givesItsResultOnceJoined() throws Exception {
        Fork<Integer> fork = scope.fork("sum", () -> 40 + 2);

        assertThat(fork.join(later)).isTrue();

        assertThat(fork.get()).isEqualTo(42);
        assertThat(fork.failure()).isEmpty();
    }

    @Test
    void givesItsFailureOnceJoined() throws Exception {
        Fork<Integer> fork =
                scope.fork(
                        "bad",
                        () -> {
                            throw new AssertionError("broken");
                        });

        assertThat(fork.join(later)).isTrue();

        assertThat(fork.failure()).containsInstanceOf(AssertionError.class);
        assertThatThrownBy(fork::get)
                .isInstanceOf(ExecutionException.class)
                .hasMessage("'bad' failed");
    }

    @Test
    void refusesToAnswerBeforeItHasEnded() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Fork<Boolean> fork =
                scope.fork(
                        "slow",
                        () -> {
                            release.await();
                            return true;
                        });

        assertThatThrownBy(fork::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("join it first");
        assertThat(fork.join(Deadline.in(Duration.ZERO, TimeSource.system()))).isFalse();
        release.countDown();
        fork.join(later);
    }

    @Test
    void isInterruptedAlsoIfItsThreadHasYetToBegin() throws Exception {
        CountDownLatch begin = new CountDownLatch(1);
        ThreadFactory slow =
                task ->
                        Thread.ofVirtual()
                                .unstarted(
                                        () -> {
                                            StuckTask.awaitStubbornly(begin);
                                            task.run();
                                        });
        Fork<Boolean> fork =
                Scope.open("work", TimeSource.system(), slow)
                        .fork(
                                "late",
                                () -> {
                                    new CountDownLatch(1).await();
                                    return true;
                                });

        fork.cancel();
        begin.countDown();

        assertThat(fork.join(later)).isTrue();
        assertThat(fork.failure()).containsInstanceOf(InterruptedException.class);
    }

    @Test
    void isInFlightBeforeItsThreadRuns() {
        boolean[] counted = new boolean[1];
        Scope[] seen = new Scope[1];
        ThreadFactory looking =
                task -> {
                    counted[0] = seen[0].inFlight() == 1;
                    return Thread.ofVirtual().unstarted(task);
                };
        seen[0] = Scope.open("work", TimeSource.system(), looking);

        seen[0].fork("task", () -> true);

        assertThat(counted[0]).isTrue();
    }

    @Test
    void leavesNoTraceWhenItsThreadCannotStart() {
        Scope broken =
                Scope.open(
                        "work",
                        TimeSource.system(),
                        task -> {
                            throw new OutOfMemoryError("unable to create native thread");
                        });

        assertThatThrownBy(() -> broken.fork("task", () -> true))
                .isInstanceOf(OutOfMemoryError.class);

        assertThat(broken.inFlight()).isZero();
        assertThat(broken.running()).isEmpty();
    }

    @Test
    void leavesNoTraceWhenTheFactoryGivesNoThread() {
        Scope broken = Scope.open("work", TimeSource.system(), task -> null);

        assertThatThrownBy(() -> broken.fork("task", () -> true))
                .hasMessageContaining("gave no thread for 'task'");

        assertThat(broken.inFlight()).isZero();
    }

    @Test
    void isTheRequestScopeOfItsOwnCode() throws Exception {
        Fork<String> fork = scope.fork("task", () -> RequestScope.current().orElseThrow().name());

        fork.join(later);

        assertThat(fork.get()).isEqualTo("task");
    }
}
