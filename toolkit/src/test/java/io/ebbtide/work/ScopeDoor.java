package io.ebbtide.work;

import java.time.Duration;

/** A scope, seen as a {@link Door}. */
final class ScopeDoor implements Door {

    private final TimeSource time;
    private final Scope work;
    private final Scope requests;

    private ScopeDoor(TimeSource time, Scope work, Scope requests) {
        this.time = time;
        this.work = work;
        this.requests = requests;
    }

    /** One scope with one counter. */
    static ScopeDoor narrow(TimeSource time) {
        Scope work = Scope.open("work", time);
        return new ScopeDoor(time, work, work);
    }

    /** A tree, whose counters are read one after the other. */
    static ScopeDoor wide(TimeSource time) {
        Scope work = Scope.open("work", time);
        return new ScopeDoor(time, work, work.busyChild("requests", Integer.MAX_VALUE));
    }

    @Override
    public Ticket enter() {
        return requests.enter("request") instanceof Permit permit ? new PermitTicket(permit) : null;
    }

    @Override
    public void close() {
        work.drain(Deadline.never(time));
    }

    @Override
    public boolean isDrained() {
        return isDrained(work, time);
    }

    /** {@return whether a join that does not wait succeeds} */
    static boolean isDrained(Scope scope, TimeSource time) {
        try {
            return scope.state() != Scope.State.OPEN
                    && scope.join(Deadline.in(Duration.ZERO, time));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public int count() {
        return work.inFlight();
    }

    @Override
    public void awaitDrained() throws InterruptedException {
        work.join(Deadline.never(time));
    }

    /** No record: the model checker does not look into records. */
    private static final class PermitTicket implements Ticket {

        private final Permit permit;

        PermitTicket(Permit permit) {
            this.permit = permit;
        }

        @Override
        public void exit() {
            permit.close();
        }
    }
}
