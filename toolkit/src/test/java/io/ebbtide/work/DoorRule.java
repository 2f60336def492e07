package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.work.Interleavings.Scene;
import io.ebbtide.work.Interleavings.Steps;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** What every {@link Door} has to keep to, in whatever order things happen. */
enum DoorRule {

    /** Refusing and counting are one decision: never both "let in" and "drained". */
    NEVER_DRAINED_WHILE_WORK_RUNS {
        @Override
        Scene scene(Door door, Steps steps) {
            AtomicBoolean drained = new AtomicBoolean();
            return new Scene(
                    () -> assertThat(door.isDrained()).isTrue(),
                    () -> {
                        Door.Ticket ticket = door.enter();
                        if (ticket != null) {
                            steps.step();
                            assertThat(drained).as("drained while work runs").isFalse();
                            ticket.exit();
                        }
                    },
                    () -> {
                        door.close();
                        drained.set(door.isDrained());
                    });
        }
    },

    /** Work that is refused does not hide work that runs. */
    NEVER_DRAINED_BY_WORK_THAT_IS_REFUSED {
        @Override
        Scene scene(Door door, Steps steps) {
            Door.Ticket running = door.enter();
            return new Scene(
                    () -> {
                        running.exit();
                        assertThat(door.isDrained()).isTrue();
                    },
                    () -> {
                        Door.Ticket other = door.enter();
                        if (other != null) {
                            other.exit();
                        }
                    },
                    () -> {
                        door.close();
                        assertThat(door.isDrained()).as("drained while work runs").isFalse();
                        assertThat(door.count()).isPositive();
                    });
        }
    },

    /** Whoever waits for the last one is woken by the last one. */
    THE_LAST_ONE_WAKES_WHO_WAITS {
        @Override
        Scene scene(Door door, Steps steps) {
            Door.Ticket one = door.enter();
            Door.Ticket other = door.enter();
            return new Scene(
                    () -> assertThat(door.count()).isZero(),
                    one::exit,
                    other::exit,
                    () -> {
                        door.close();
                        door.awaitDrained();
                        assertThat(door.count()).isZero();
                    });
        }
    },

    /** A ticket that two threads use at once counts once. */
    A_TICKET_COUNTS_ONCE {
        @Override
        Scene scene(Door door, Steps steps) {
            Door.Ticket ticket = door.enter();
            door.enter();
            return new Scene(
                    () -> assertThat(door.count()).isEqualTo(1), ticket::exit, ticket::exit);
        }
    },

    /** Once closed, closed. */
    REFUSES_ONCE_CLOSED {
        @Override
        Scene scene(Door door, Steps steps) {
            AtomicBoolean closed = new AtomicBoolean();
            return new Scene(
                    () -> assertThat(door.enter()).isNull(),
                    () -> {
                        boolean before = closed.get();
                        Door.Ticket ticket = door.enter();
                        assertThat(before && ticket != null).as("let in when closed").isFalse();
                    },
                    () -> {
                        door.close();
                        closed.set(true);
                    });
        }
    };

    abstract Scene scene(Door door, Steps steps);

    /** {@return in how many orders the rule holds} */
    int check(Function<Steps, Door> doors) {
        return Interleavings.explore(steps -> scene(doors.apply(steps), steps));
    }
}
