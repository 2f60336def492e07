package io.ebbtide.work;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What code inside a piece of work may ask about it: is the service draining, and how long have I got?
 *
 * <p>{@link #current()} finds it wherever the work's context is bound: in the thread that entered, in forks and executor
 * tasks that it started, and in subtasks of the JDK's structured scopes.
 *
 * <pre>{@code
 * RequestScope request = RequestScope.current().orElseThrow();
 * request.onDrain(() -> stream.send("event: bye\n\n"));
 * Duration timeout = request.remaining().orElse(Duration.ofSeconds(5));
 * }</pre>
 *
 * <p>Thread-safe. Ending the work is not offered here: that belongs to whoever holds the {@link Permit}.
 */
public sealed interface RequestScope permits Permit {

    /** {@return the work that the calling code belongs to; empty outside any} */
    static Optional<RequestScope> current() {
        return Optional.ofNullable(Permit.current());
    }

    /** {@return what the work is called, such as {@code GET /orders/42}} */
    String name();

    /** {@return how long it has been running, or ran if it has ended} */
    Duration age();

    /** {@return whether work from outside is refused by now and this should come to an end} */
    boolean isDraining();

    /** {@return the time left until the drain deadline; empty while not draining, zero when it has passed} */
    Optional<Duration> remaining();

    /**
     * Notes something that reports should say of this work, such as an order's number.
     *
     * @param key at most 64 characters; a second note under the same key replaces the first
     * @param value at most 256 characters
     * @throws IllegalArgumentException if one is longer, or it is the ninth note; nothing has changed then
     */
    void note(String key, String value);

    /** {@return the notes; a copy, in no order} */
    Map<String, String> notes();

    /**
     * Has {@code goodbye} called once when draining begins: on a virtual thread that counts as part of the scope's work, or
     * at once by the calling thread if draining has begun. Never called if the work ends before. Those of one piece of work
     * are called one after the other, in the order in which they were given.
     *
     * <p>An exception from it goes to the thread's uncaught exception handler.
     */
    void onDrain(Runnable goodbye);

    /**
     * The same already when the lame-duck time begins, in which everyone is still let in: for a stream or a long poll whose
     * client should connect again elsewhere before this instance refuses it. When draining begins if there is no such time.
     * A shutdown that is called off in that time takes nothing back.
     */
    void onLameDuck(Runnable goodbye);
}
