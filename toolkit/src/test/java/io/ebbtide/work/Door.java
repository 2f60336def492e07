package io.ebbtide.work;

/** What lets work in and knows when the last of it has left: a {@link Scope}, and wrong designs of the same. */
interface Door {

    /** One piece of work that was let in. */
    interface Ticket {

        /** The work has ended. Again does nothing. */
        void exit();
    }

    /** {@return the way out again; null if refused} */
    Ticket enter();

    /** Refuses work from now on. */
    void close();

    /** {@return whether it is closed and nothing is inside, for good} */
    boolean isDrained();

    /** {@return how much is inside} */
    int count();

    /** Waits for the last one to leave. */
    void awaitDrained() throws InterruptedException;
}
