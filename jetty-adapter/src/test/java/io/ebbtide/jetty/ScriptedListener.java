package io.ebbtide.jetty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A listening socket that counts how often it is closed, and fails when it is told to. */
final class ScriptedListener extends ServerSocketChannel {

    /** What happens to a listener at a moment of the test's choice. */
    interface Event {
        void happen() throws IOException;
    }

    private final ServerSocketChannel real;
    private final AtomicInteger closes = new AtomicInteger();
    private final AtomicInteger accepts = new AtomicInteger();
    private volatile int limit = Integer.MAX_VALUE;
    private volatile Event beforeUnblocking = () -> {};
    private volatile int port;

    ScriptedListener(ServerSocketChannel real) {
        super(real.provider());
        this.real = real;
    }

    ServerSocketChannel real() {
        return real;
    }

    /** {@return how often the socket behind it has been closed} */
    int closes() {
        return closes.get();
    }

    /** {@return where it listens, or has listened} */
    int port() {
        return port;
    }

    /** From now on no more than {@code count} are accepted. */
    void failAfter(int count) {
        limit = accepts.get() + count;
    }

    /** Has something happen right before the listener is told to block no more. */
    void beforeUnblocking(Event event) {
        beforeUnblocking = event;
    }

    @Override
    public SocketChannel accept() throws IOException {
        if (accepts.get() >= limit) {
            throw new IOException("too many open files");
        }
        SocketChannel accepted = real.accept();
        if (accepted != null) {
            accepts.incrementAndGet();
        }
        return accepted;
    }

    @Override
    public ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
        real.bind(local, backlog);
        port = ((InetSocketAddress) real.getLocalAddress()).getPort();
        return this;
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        real.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return real.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return real.supportedOptions();
    }

    @Override
    public ServerSocket socket() {
        return real.socket();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return real.getLocalAddress();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        closes.incrementAndGet();
        real.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        if (!block) {
            beforeUnblocking.happen();
        }
        real.configureBlocking(block);
    }
}
