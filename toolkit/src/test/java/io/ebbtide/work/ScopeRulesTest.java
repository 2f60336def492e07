package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.work.Interleavings.Scene;
import io.ebbtide.work.Interleavings.Steps;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.atomic.AtomicBoolean;

/** What a scope has to keep to beside {@link DoorRule}, in whatever order things happen. */
@Timeout(60)
class ScopeRulesTest {

    @Test
    void isNeverDrainedWhileWorkMovesOnFromOneScopeToAnother() {
        assertThat(Interleavings.explore(ScopeRulesTest::moveOn)).isGreaterThan(10);
    }

    private static Scene moveOn(Steps steps) {
        Scope work = Scope.open("work", steps);
        Scope mails = work.child("mails");
        Permit request = (Permit) work.child("requests").enter("request");
        AtomicBoolean running = new AtomicBoolean(true);
        return new Scene(
                () -> assertThat(ScopeDoor.isDrained(work, steps)).isTrue(),
                () -> {
                    Admission mail = request.call(() -> mails.enter("mail"));
                    assertThat(mail).as("part of work that runs").isInstanceOf(Permit.class);
                    request.close();
                    steps.step();
                    running.set(false);
                    ((Permit) mail).close();
                },
                () -> {
                    work.drain(Deadline.never(steps));
                    boolean drained = ScopeDoor.isDrained(work, steps);
                    assertThat(drained && running.get()).as("drained while work runs").isFalse();
                });
    }

    @Test
    void interruptsWhoComesInWhileItIsCancelled() {
        assertThat(Interleavings.explore(ScopeRulesTest::comeIn)).isGreaterThan(2);
    }

    private static Scene comeIn(Steps steps) {
        Scope work = Scope.open("work", steps);
        Thread inside = Thread.ofPlatform().unstarted(() -> {});
        AtomicBoolean admitted = new AtomicBoolean();
        return new Scene(
                () -> assertThat(inside.isInterrupted()).isEqualTo(admitted.get()),
                () -> {
                    Admission admission =
                            work.gate().admit(work, "", "work", Peer.NOBODY, null, inside);
                    admitted.set(admission instanceof Permit);
                },
                () -> {
                    steps.step();
                    work.cancel();
                });
    }

    @Test
    void wakesEveryoneWhoWaits() {
        assertThat(Interleavings.explore(ScopeRulesTest::twoWait)).isGreaterThan(100);
    }

    private static Scene twoWait(Steps steps) {
        Scope work = Scope.open("work", steps);
        Permit last = (Permit) work.enter("last");
        Deadline never = Deadline.never(steps);
        work.drain(never);
        return new Scene(
                () -> assertThat(work.inFlight()).isZero(),
                () -> assertThat(work.join(never)).isTrue(),
                () -> assertThat(work.join(never)).isTrue(),
                () -> {
                    steps.step();
                    last.close();
                });
    }
}
