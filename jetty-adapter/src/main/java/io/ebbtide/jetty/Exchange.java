package io.ebbtide.jetty;

import io.ebbtide.work.Admission;
import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;
import io.ebbtide.work.Refusal;
import io.ebbtide.work.Scope;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One request and its response, from the handler's entry until the last byte has been handed to the
 * kernel. It stands between Jetty and the connection, so that it sees each response being committed
 * and can take the connection's word away from the application.
 *
 * <p>Who may write is one word, {@link Reply}, changed by compare-and-set: the application commits,
 * or the drain's deadline answers, never both.
 *
 * <p>Source: Jetty 12.1.14, {@code HttpChannelState} calls {@code prepareResponse} right before each
 * final response is committed, on the committing thread, error responses included, interim ones not;
 * {@code succeeded} or {@code failed} exactly once, after the handler has returned and the last
 * write has completed.
 */
final class Exchange extends HttpStream.Wrapper implements Peer {

    /** Who has the word. */
    private enum Reply {
        /** Nothing of a final response has been sent. */
        UNSENT,
        /** The application has begun its response, which keeps the connection open. */
        BEGUN,
        /** The application has begun its response, which says {@code Connection: close}. */
        BEGUN_LAST,
        /** We have answered in the application's place. */
        ANSWERED,
        /** The application's response is never to be completed. */
        SILENCED,
        /** There is no response: the client has been promised that nothing was done. */
        REFUSED
    }

    private final Request request;
    private final Response response;
    private final Life life;
    private final AtomicReference<Reply> reply = new AtomicReference<>(Reply.UNSENT);

    /** Set once, before the application sees the request; null if the request was refused. */
    private volatile @Nullable Permit permit;

    /** Set before the response of an upgrade ends; null if there is none. */
    private volatile @Nullable Conversation conversation;

    /** Whether the response has ended; a moment later the permit is closed, too. */
    private volatile boolean over;

    /** Written in {@link #prepareResponse}, read in the {@link #send} that follows it. */
    private boolean signed;

    /** Written before {@link #reply} leaves {@code UNSENT}, read after. */
    private boolean endsWithConnection;

    /** Whether the response says {@code Connection: close}; written and read like the one above. */
    private boolean saysClose;

    private Exchange(HttpStream stream, Request request, Response response, Life life) {
        super(stream);
        this.request = request;
        this.response = response;
        this.life = life;
    }

    /** Puts a new exchange between {@code request} and its stream. */
    static Exchange on(Request request, Response response, Life life) {
        Exchange[] added = new Exchange[1];
        request.addHttpStreamWrapper(
                stream -> added[0] = new Exchange(stream, request, response, life));
        return added[0];
    }

    /** {@return what the request was let in with; null if it was not} */
    @Nullable Permit permit() {
        return permit;
    }

    /** Asks to be let in. */
    Admission enter(Scope requests) {
        return requests.enter(request.getMethod(), RequestName.subject(request), this);
    }

    /** Tells the client that its request has not reached the application. */
    void refuse(Refusal why, Callback callback) {
        Http2Session session = session();
        if (session != null
                && why == Refusal.SHUTTING_DOWN
                && reply.compareAndSet(Reply.UNSENT, Reply.REFUSED)) {
            session.refuse(stream(), callback);
        } else {
            life.manners().refusals().write(why, request, response, callback);
        }
    }

    /** The request has been admitted. */
    void begin(Permit permit) {
        this.permit = permit;
    }

    Connector connector() {
        return request.getConnectionMetaData().getConnector();
    }

    /** {@return what the connection is by now, which is another one after an upgrade} */
    Connection connection() {
        Connection first = request.getConnectionMetaData().getConnection();
        Connection present = conversation == null ? first : first.getEndPoint().getConnection();
        return present == null ? first : present;
    }

    /** {@return the session if this is HTTP/2} */
    @Nullable Http2Session session() {
        return Http2.session(connection());
    }

    /** {@return the stream of the {@link #session}} */
    int stream() {
        return Integer.parseInt(getId());
    }

    /** {@return whether the connection has nothing more to do with this} */
    boolean isOver() {
        return over;
    }

    /** {@return whether a response has begun that did not announce the end of its connection} */
    boolean keepsConnection() {
        return reply.get() == Reply.BEGUN;
    }

    @Override
    public void prepareResponse(HttpFields.Mutable headers) {
        if (life.stage() != Stage.SERVING) {
            Farewell.sign(request, headers);
            signed = true;
        }
        endsWithConnection = Farewell.isOnlyEnd(request, headers);
        saysClose = headers.contains(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
        super.prepareResponse(headers);
    }

    @Override
    public void send(
            MetaData.Request request,
            MetaData.@Nullable Response response,
            boolean last,
            @Nullable ByteBuffer content,
            Callback callback) {
        if (mayWrite(response)) {
            super.send(request, response, last, content, callback);
        } else if (reply.get() == Reply.REFUSED) {
            callback.succeeded(); // for Jetty this is an empty response
        } else {
            callback.failed(new EofException("the drain deadline has passed"));
        }
    }

    private boolean mayWrite(MetaData.@Nullable Response response) {
        if (response != null && !HttpStatus.isInterim(response.getStatus())) {
            return reply.compareAndSet(Reply.UNSENT, signed ? Reply.BEGUN_LAST : Reply.BEGUN);
        }
        return switch (reply.get()) {
            case UNSENT, BEGUN, BEGUN_LAST -> true;
            case ANSWERED, SILENCED, REFUSED -> false;
        };
    }

    @Override
    public void succeeded() {
        Permit admitted = permit;
        Conversation next = // asked now: Jetty forgets the request
                admitted == null ? null : Conversation.after(request, admitted, life, this::end);
        conversation = next;
        try {
            super.succeeded();
        } finally {
            if (next == null) {
                end();
            } else {
                next.begin();
            }
        }
    }

    @Override
    public void failed(Throwable cause) {
        try {
            if (reply.get() == Reply.ANSWERED && session() != null) {
                super.succeeded(); // a reset behind a whole answer could cost the client the answer
            } else {
                super.failed(cause);
            }
        } finally {
            end();
        }
    }

    private void end() {
        if (signed && saysClose) {
            connection().getEndPoint().setIdleTimeout(Farewell.LINGER.toMillis());
        }
        Permit admitted = permit;
        if (admitted != null) {
            over = true; // first: whoever looks from now on sees a connection at rest
            life.ended(this, admitted); // while this still is work that lets work in
            admitted.close();
        }
    }

    /**
     * Answers 503 if nothing has been sent; otherwise makes sure that the response never looks whole:
     * an interrupt would make many a handler close its stream on the way out, and so write the last
     * chunk.
     */
    @Override
    public void answer(Permit straggler) {
        Conversation upgraded = conversation;
        if (upgraded != null) {
            upgraded.answer();
        } else if (reply.compareAndSet(Reply.UNSENT, Reply.ANSWERED)) {
            // The stream below this one: what comes through this one is the application's.
            life.manners().refusals().send(request, getWrapped());
        } else if (reply.compareAndSet(Reply.BEGUN, Reply.SILENCED)
                || reply.compareAndSet(Reply.BEGUN_LAST, Reply.SILENCED)) {
            if (endsWithConnection) {
                resetOnClose(connection().getEndPoint());
            }
        }
    }

    @Override
    public void cut(Permit straggler) {
        Http2Session session = session();
        if (session != null && conversation != null) {
            session.cutWithSession(stream());
        } else if (session != null) {
            session.cut(stream());
        } else {
            connection().getEndPoint().close(new EofException("the drain deadline has passed"));
        }
    }

    /** Otherwise the end of the connection would look like the end of the response. */
    private static void resetOnClose(EndPoint endPoint) {
        if (endPoint.getTransport() instanceof EndPoint outside) {
            resetOnClose(outside);
            outside.close(); // now, and past TLS: its goodbye would be the end of the response, too
        } else if (endPoint.getTransport() instanceof SocketChannel channel) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException closed) {
                return; // the client has gone: nobody is left to be misled
            }
        }
    }

    @Override
    public String detail() {
        Conversation upgraded = conversation;
        if (upgraded != null) {
            return upgraded.detail();
        }
        String state =
                switch (reply.get()) {
                    case UNSENT -> "nothing sent";
                    case BEGUN, BEGUN_LAST, SILENCED -> "response begun";
                    case ANSWERED -> "answered 503";
                    case REFUSED -> "refused";
                };
        return state
                + ", "
                + Response.getContentBytesWritten(response)
                + " bytes written, "
                + Request.getContentBytesRead(request)
                + " read";
    }
}
