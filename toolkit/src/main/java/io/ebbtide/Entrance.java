package io.ebbtide;

import io.ebbtide.work.Deadline;

/**
 * A way in for work from outside: a listening socket, a consumer of messages.
 *
 * {@snippet file="io/ebbtide/examples/Example12SocketServer.java" region="main"}
 *
 * <p>A shutdown calls {@link #announce}, and then either {@link #resume} or {@link #refuse}, each once, on a platform thread of its own.
 * A call that takes too long is interrupted and recorded. Until {@link #refuse} the entrance serves everybody.
 */
public interface Entrance {

    /** {@return how reports call it, such as {@code http :8080}} */
    String name();

    /**
     * The lame-duck time begins: serve on, but ask whoever comes to go elsewhere next time (HTTP: {@code Connection:
     * close} on each response). Should return at once.
     */
    default void announce() {}

    /** The shutdown has been called off during the lame-duck time: stop asking. Should return at once. */
    default void resume() {}

    /**
     * Lets nobody in any more. Whoever has been let in by the operating system but not yet by the program (an accept
     * queue) should be served, not reset: take them in first, then close.
     *
     * @param deadline when the shutdown will go on without waiting
     * @throws Exception recorded in the result; the shutdown goes on
     */
    void refuse(Deadline deadline) throws Exception;
}
