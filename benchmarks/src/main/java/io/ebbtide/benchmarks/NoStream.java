package io.ebbtide.benchmarks;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.util.Callback;

import java.nio.ByteBuffer;

/** One exchange with a client that sends no content and takes everything at once. */
final class NoStream implements HttpStream {

    private long written;
    private boolean ended;

    /** {@return how many bytes of content the client has got} */
    long written() {
        if (!ended || written == 0) {
            throw new IllegalStateException("the request was not answered");
        }
        return written;
    }

    @Override
    public void send(
            MetaData.Request request,
            MetaData.Response response,
            boolean last,
            ByteBuffer content,
            Callback callback) {
        if (content != null) {
            written += content.remaining();
            content.position(content.limit());
        }
        callback.succeeded();
    }

    @Override
    public void succeeded() {
        ended = true;
    }

    @Override
    public void failed(Throwable cause) {
        throw new IllegalStateException("the request failed", cause);
    }

    @Override
    public String getId() {
        return "1";
    }

    @Override
    public Content.Chunk read() {
        return Content.Chunk.EOF;
    }

    @Override
    public void demand() {
        throw new UnsupportedOperationException("there is no content to wait for");
    }

    @Override
    public void prepareResponse(HttpFields.Mutable headers) {
        // nothing to add
    }

    @Override
    public Runnable cancelSend(Throwable cause, Callback appCallback) {
        return null;
    }

    @Override
    public long getIdleTimeout() {
        return 0;
    }

    @Override
    public void setIdleTimeout(long idleTimeoutMs) {
        // never idle
    }

    @Override
    public boolean isCommitted() {
        return written > 0;
    }

    @Override
    public Throwable consumeAvailable() {
        return null;
    }
}
