package io.ebbtide.jetty;

import io.ebbtide.work.TimeSource;

import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.HTTP2Stream;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.Frame;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.PingFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EventListener;
import java.util.List;

/**
 * An HTTP/2 connection that says goodbye in two steps (RFC 9113 §6.8). The first GOAWAY names the
 * highest stream there can be: no request that is on its way is turned down, and the client opens no
 * further one. A round trip later nothing can be on its way any more; the second GOAWAY names the
 * last stream that is served. When the last stream has ended, our side of the connection is closed.
 *
 * <p>The first one goes past Jetty's own state, for which a session without streams would be at its
 * end at once, without the round trip; and a session that has been told by Jetty is closed by its idle
 * timeout although a handler is at work.
 *
 * <p>Source: Jetty 12.1.14, {@code HTTP2Session}: frame listeners are called by the thread that reads,
 * before a frame is acted upon; {@code StreamsState.newRemoteStream} ignores streams above the one
 * that {@code goAway} has named; a stream is removed before the end of its request is told.
 */
final class Http2Session {

    private static final long OUR_PING = 0x0EBB_71DE_0EBB_71DEL;

    /** How far the goodbye has come. Moves only forward. */
    private enum Phase {
        OPEN,
        /** The first GOAWAY is due as soon as the client's preface has come: before it, nothing may. */
        EXPECTING_PREFACE,
        /** The first GOAWAY has been sent. */
        ANNOUNCED,
        /** The second GOAWAY has been sent, or is about to be. */
        ENDING
    }

    private final HTTP2Session session;
    private final TimeSource time = TimeSource.system();

    /** Changed under this. */
    private volatile Phase phase = Phase.OPEN;

    /** When the second step became due, but for the round trip. Guarded by this. */
    private @Nullable Long asked;

    /** Whether the client has read the first GOAWAY. Guarded by this. */
    private boolean answered;

    /** The last stream that is served; known while {@code ENDING}. Guarded by this. */
    private int lastStream = Integer.MAX_VALUE;

    /** Whether the second GOAWAY has been handed to the kernel. */
    private volatile boolean told;

    private Http2Session(HTTP2Session session) {
        this.session = session;
    }

    /** {@return the session behind {@code connection}, always the same; null if there is none} */
    static @Nullable Http2Session of(Connection connection) {
        return connection instanceof HTTP2Connection known ? of(known.getSession()) : null;
    }

    private static Http2Session of(HTTP2Session session) {
        synchronized (session) {
            for (EventListener listener : session.getEventListeners()) {
                if (listener instanceof Ears ears) {
                    return ears.owner();
                }
            }
            Http2Session created = new Http2Session(session);
            session.addEventListener(created.new Ears());
            return created;
        }
    }

    /** Asks the client to open no further stream. Does nothing if it has been asked. */
    void announce() {
        synchronized (this) {
            if (session.getBytesWritten() == 0) { // our SETTINGS have to be the first frame
                if (phase == Phase.OPEN) {
                    phase = Phase.EXPECTING_PREFACE;
                }
                return;
            }
        }
        ask();
    }

    private void ask() {
        synchronized (this) {
            if (phase.compareTo(Phase.ANNOUNCED) >= 0) {
                return;
            }
            phase = Phase.ANNOUNCED;
        }
        // One after the other: Jetty lets a ping overtake what waits to be written.
        send(GoAwayFrame.GRACEFUL, Callback.from(this::ping));
    }

    /** Takes the next step of the goodbye if it is time for it. To be called until {@link #isEnding}. */
    void leave() {
        boolean due;
        synchronized (this) {
            if (asked == null) {
                asked = time.nanos();
            }
            due = answered;
        }
        if (due) {
            end();
        } else {
            announce();
        }
    }

    /** Goes on without an answer of the client if it has had {@code roundTrip} for it. */
    void leaveAfter(Duration roundTrip) {
        boolean due;
        synchronized (this) {
            due = asked != null && time.nanos() - asked >= roundTrip.toNanos();
        }
        if (due) {
            end();
        }
    }

    /** The client has read the first GOAWAY, and all that it sent before has been read. */
    private void answered() {
        boolean due;
        synchronized (this) {
            answered = true;
            due = asked != null;
        }
        if (due) {
            end();
        }
    }

    /** Serves the streams that there are, and no others. */
    void end() {
        boolean unborn;
        int last;
        synchronized (this) {
            if (phase == Phase.ENDING) {
                return;
            }
            unborn = session.getBytesWritten() == 0;
            phase = Phase.ENDING;
            last = unborn ? 0 : lastOpened();
            lastStream = last;
        }
        if (unborn) {
            session.getEndPoint().close(); // it has never said anything, nor have we
            return;
        }
        session.getEndPoint().setIdleTimeout(0); // streams keep theirs
        session.goAway(
                new GoAwayFrame(last, ErrorCode.NO_ERROR.code, null), Callback.from(this::told));
    }

    private void told() {
        told = true;
        closeIfEmpty();
    }

    /** {@return at least the highest stream that is open, or that has been} */
    private int lastOpened() {
        int last = (int) (2 * session.getStreamsOpened() - 1);
        for (Stream stream : session.getStreams()) {
            last = Math.max(last, stream.getId());
        }
        return Math.max(last, 0);
    }

    /** {@return whether the client has been told which streams are served} */
    boolean isEnding() {
        return phase == Phase.ENDING;
    }

    /** {@return whether a request that comes by {@code stream} is one of those that are served} */
    synchronized boolean serves(int stream) {
        return stream <= lastStream;
    }

    /** A stream may have ended: closes our side if it was the last one. */
    void closeIfEmpty() {
        if (told && session.getStreamCount() == 0) {
            session.getEndPoint().setIdleTimeout(Farewell.LINGER.toMillis());
            session.getEndPoint().shutdownOutput();
        }
    }

    /** {@return the streams whose response is not complete} */
    List<String> unanswered() {
        List<String> streams = new ArrayList<>();
        for (Stream stream : session.getStreams()) {
            if (stream instanceof HTTP2Stream known && !isAnswered(known)) {
                streams.add(String.valueOf(known.getId()));
            }
        }
        return streams;
    }

    private static boolean isAnswered(HTTP2Stream stream) {
        return stream.isLocallyClosed()
                || stream.isResetOrFailed()
                || stream.getAttachment() instanceof EndPoint; // a tunnel by now
    }

    /** Promises that nothing has been done for {@code stream} (RFC 9113 §8.7), then calls back. */
    void refuse(int stream, Callback then) {
        HTTP2Stream open = session.getStream(stream);
        if (open == null) {
            then.succeeded();
        } else {
            open.reset(
                    new ResetFrame(stream, ErrorCode.REFUSED_STREAM_ERROR.code),
                    Callback.from(then::succeeded));
        }
    }

    /** Ends {@code stream} so that a response that has begun does not look whole. */
    void cut(int stream) {
        cut(stream, Callback.NOOP);
    }

    /**
     * Ends {@code stream}, which goes on in another protocol, and the session with it. Jetty handles what comes by such a
     * stream on the thread that reads the session: a handler that does not return keeps the session from its end.
     *
     * <p>Source: Jetty 12.1.14, {@code ServerHTTP2StreamEndPoint.onDataAvailable}.
     */
    void cutWithSession(int stream) {
        cut(stream, Callback.from(() -> session.getEndPoint().close()));
    }

    private void cut(int stream, Callback then) {
        HTTP2Stream open = session.getStream(stream);
        if (open == null) {
            then.succeeded();
            return;
        }
        // After a whole response: that the rest of the request is not wanted (RFC 9113 §8.1).
        ErrorCode why = open.isLocallyClosed() ? ErrorCode.NO_ERROR : ErrorCode.CANCEL_STREAM_ERROR;
        open.reset(new ResetFrame(stream, why.code), then);
    }

    private void ping() {
        send(new PingFrame(OUR_PING, /* reply= */ false), Callback.NOOP);
    }

    private void send(Frame frame, Callback then) {
        session.frames(null, List.of(frame), then);
    }

    /** What the client sends, heard by the thread that reads it. */
    private final class Ears implements HTTP2Session.FrameListener {

        Http2Session owner() {
            return Http2Session.this;
        }

        @Override
        public void onIncomingFrame(Session from, Frame frame) {
            if (phase == Phase.EXPECTING_PREFACE) {
                ask(); // our SETTINGS have been queued before
            }
            if (frame instanceof PingFrame ping && ping.isReply() && isOurs(ping)) {
                answered();
            } else if (frame instanceof HeadersFrame head && isTooLate(head)) {
                // Jetty ignores it, which it may: but not every client remembers our GOAWAY.
                int refused = ErrorCode.REFUSED_STREAM_ERROR.code;
                send(new ResetFrame(head.getStreamId(), refused), Callback.NOOP);
            }
        }

        private boolean isOurs(PingFrame ping) {
            return ping.getPayloadAsLong() == OUR_PING;
        }

        private boolean isTooLate(HeadersFrame head) {
            return head.getMetaData().isRequest() && !serves(head.getStreamId());
        }
    }
}
