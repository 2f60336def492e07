package io.ebbtide.work;

/**
 * Who waits for the answer of a piece of work: an HTTP client, the sender of a message.
 *
 * <p>When the drain deadline has passed, the peer of each straggler is told in this order: {@link #answer}, then the
 * work's threads are interrupted and given a short grace, then {@link #cut}. Both are called at most once for a permit,
 * by a thread of the shutdown and not by the one that does the work, perhaps while the work ends by itself. They must
 * not wait for the work; if they block they are abandoned after the grace.
 */
public interface Peer {

    /** Someone who need not be told anything. */
    Peer NOBODY =
            new Peer() {
                @Override
                public void answer(Permit permit) {
                    // Nobody waits for an answer.
                }

                @Override
                public void cut(Permit permit) {
                    // There is no conversation to end.
                }
            };

    /** Tells the peer that the work will not be finished, if nothing has been answered yet (HTTP: a whole 503). */
    void answer(Permit permit);

    /** Ends the conversation so that the peer can see that it is not whole (HTTP: closes the connection). */
    void cut(Permit permit);

    /** {@return what a straggler's report should say beside its name, such as bytes written; may be empty} */
    default String detail() {
        return "";
    }
}
