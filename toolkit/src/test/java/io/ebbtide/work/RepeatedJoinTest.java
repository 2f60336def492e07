package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.FutureTask;

/** Who waits again for the same scope waits anew. */
@Timeout(30)
class RepeatedJoinTest {

    private final FakeTime time = new FakeTime();
    private final Scope scope = Scope.open("work", time);

    private FutureTask<Boolean> join(Duration patience) {
        FutureTask<Boolean> join = new FutureTask<>(() -> scope.join(Deadline.in(patience, time)));
        Thread.ofPlatform().start(join);
        return join;
    }

    @Test
    void eachGetsItsOwnAnswerAtItsOwnDeadline() throws Exception {
        Permit work = (Permit) scope.enter("GET /");
        scope.drain(Deadline.never(time));
        FutureTask<Boolean> patient = join(Duration.ofSeconds(60));
        FutureTask<Boolean> first = join(Duration.ofSeconds(1));
        time.awaitWaiters(2);
        time.advance(Duration.ofSeconds(1));
        assertThat(first.get()).isFalse();

        FutureTask<Boolean> second = join(Duration.ofSeconds(2));
        time.awaitWaiters(2);
        time.advance(Duration.ofSeconds(2));
        assertThat(second.get()).isFalse();
        assertThat(patient.isDone()).isFalse();

        work.close();
        assertThat(patient.get()).isTrue();
        assertThat(join(Duration.ZERO).get()).isTrue();
    }
}
