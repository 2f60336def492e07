package io.ebbtide.jetty;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;

/**
 * Reads the rest of a refused request's body and throws it away, up to a limit, once the answer has
 * been sent: a connection that is closed while bytes lie unread is reset, and the reset may reach
 * the client before it has read the answer.
 *
 * <p>Never blocks. Beyond the limit, and when the server stops, the connection is closed all the
 * same; no byte of the body is ever taken for a next request.
 */
final class BodyDiscard implements Callback, Runnable {

    private static final long LIMIT = 1 << 20;

    private final Request request;
    private final Callback then;
    private long discarded;

    BodyDiscard(Request request, Callback then) {
        this.request = request;
        this.then = then;
    }

    /** The answer has been sent. */
    @Override
    public void succeeded() {
        run();
    }

    @Override
    public void failed(Throwable cause) {
        then.failed(cause);
    }

    @Override
    public void run() {
        while (discarded < LIMIT) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                then.failed(chunk.getFailure());
                return;
            }
            discarded += chunk.remaining();
            boolean end = chunk.isLast();
            chunk.release();
            if (end) {
                break;
            }
        }
        then.succeeded();
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
