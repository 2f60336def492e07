package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Work that has asked for it is told of the end. */
@Timeout(30)
class GoodbyeTest {

    private final FakeTime time = new FakeTime();
    private final Scope work = Scope.open("work", time);
    private final Scope requests = work.child("requests");
    private final List<String> said = new CopyOnWriteArrayList<>();

    private Permit enter(String name) {
        return (Permit) requests.enter(name);
    }

    private Deadline in(int seconds) {
        return Deadline.in(Duration.ofSeconds(seconds), time);
    }

    private boolean drainWithout(Permit... streams) throws InterruptedException {
        work.drain(in(10));
        for (Permit stream : streams) {
            stream.close();
        }
        return work.join(in(10));
    }

    @Test
    void saysGoodbyeOnceAndWaitsForIt() throws Exception {
        CountDownLatch said = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Permit stream = enter("stream");
        stream.onDrain(
                () -> {
                    said.countDown();
                    awaitQuietly(release);
                });

        work.drain(in(10));
        work.drain(in(10));
        said.await();
        stream.close();
        assertThat(work.join(in(0))).as("the goodbye is still being said").isFalse();
        release.countDown();

        assertThat(work.join(in(10))).isTrue();
    }

    @Test
    void saysGoodbyesOfOnePieceOfWorkInTheirOrder() throws Exception {
        List<String> said = new CopyOnWriteArrayList<>();
        CountDownLatch release = new CountDownLatch(1);
        Permit stream = enter("stream");
        stream.onDrain(
                () -> {
                    awaitQuietly(release);
                    said.add("first");
                });
        stream.onDrain(() -> said.add("second"));

        work.drain(in(10));
        release.countDown();
        stream.close();

        assertThat(work.join(in(10))).isTrue();
        assertThat(said).containsExactly("first", "second");
    }

    @Test
    void saysGoodbyeAtOnceToWhoAsksLate() {
        Permit stream = enter("stream");
        work.drain(in(10));
        List<Thread> callers = new ArrayList<>();

        stream.onDrain(() -> callers.add(Thread.currentThread()));

        assertThat(callers).containsExactly(Thread.currentThread());
    }

    @Test
    void isSaidInTheLameDuckTimeIfAskedSoAndAtTheDrainOtherwise() throws Exception {
        CountDownLatch early = new CountDownLatch(1);
        Permit stream = enter("stream");
        stream.onDrain(() -> said.add("late"));
        stream.onLameDuck(
                () -> {
                    said.add("early, " + (stream.isDraining() ? "draining" : "serving"));
                    early.countDown();
                });

        work.lameDuck().begin();
        work.lameDuck().begin();
        early.await();
        assertThat(said).containsExactly("early, serving");
        Permit newcomer = enter("newcomer");

        assertThat(drainWithout(stream, newcomer)).isTrue();
        assertThat(said).containsExactly("early, serving", "late");
    }

    @Test
    void isSaidAtTheDrainIfThereIsNoLameDuckTime() throws Exception {
        Permit stream = enter("stream");
        stream.onLameDuck(() -> said.add("first"));
        stream.onDrain(() -> said.add("second"));
        stream.onLameDuck(() -> said.add("third"));

        assertThat(drainWithout(stream)).isTrue();

        assertThat(said).containsExactly("first", "second", "third");
    }

    @Test
    void isSaidAtOnceToWhoAsksInTheLameDuckTime() {
        Permit stream = enter("stream");
        work.lameDuck().begin();
        List<Thread> callers = new ArrayList<>();

        stream.onLameDuck(() -> callers.add(Thread.currentThread()));
        assertThat(callers).containsExactly(Thread.currentThread());

        stream.onDrain(() -> callers.add(Thread.currentThread()));
        assertThat(callers).as("it does not drain yet").hasSize(1);
    }

    @Test
    void isSaidAtOnceInAScopeThatWasOpenedInTheLameDuckTime() {
        work.lameDuck().begin();
        Permit stream = (Permit) work.child("streams").enter("stream");

        stream.onLameDuck(() -> said.add("told"));

        assertThat(said).containsExactly("told");
    }

    @Test
    void isNotSaidOnceTheLameDuckTimeHasBeenCalledOff() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        Permit before = enter("before");
        before.onLameDuck(
                () -> {
                    said.add("before");
                    told.countDown();
                });
        work.lameDuck().begin();
        told.await();
        work.lameDuck().callOff();

        Permit after = enter("after");
        after.onLameDuck(() -> said.add("after"));
        assertThat(said).containsExactly("before");

        assertThat(drainWithout(before, after)).isTrue();
        assertThat(said).containsExactly("before", "after");
    }

    @Test
    void isNeverSaidToWorkThatHasEnded() throws Exception {
        Permit stream = enter("stream");
        stream.onLameDuck(() -> said.add("in vain"));
        stream.close();

        work.lameDuck().begin();

        assertThat(drainWithout()).isTrue();
        assertThat(said).isEmpty();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
