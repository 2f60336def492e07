package io.ebbtide.jetty;

import io.ebbtide.jetty.Answer.Ending;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;

import javax.net.ssl.SSLException;

/**
 * One connection of a client that retries nothing and tells exactly how each exchange ended, whatever
 * it speaks. For one thread.
 */
interface Client extends AutoCloseable {

    /** Sends a request and does not wait for anything. */
    Client get(String path) throws IOException;

    /** Sends a request and returns once the first byte of a body has come. */
    void getUntilBody(String path) throws IOException;

    /** Sends the first bytes of an upload to {@code /upload} that will have {@code length} bytes. */
    void beginUpload(int length, String first) throws IOException;

    /** Sends the last bytes of it. */
    void endUpload(String last) throws IOException;

    /** {@return how the oldest exchange that has not been received yet ended} */
    Answer receive() throws IOException;

    /** {@return whether the server has asked to use this connection for no further request} */
    boolean isToldToLeave();

    /** Waits until the server closes the connection. {@return false if it answers something first} */
    boolean isClosedByServer() throws IOException;

    /**
     * Listens for so long, as a client does between its requests.
     *
     * @return false if the server has closed the connection, or asked to use it no more
     */
    boolean idle(Duration time) throws IOException;

    /** Vanishes without a goodbye. */
    void reset() throws IOException;

    default Answer exchange(String path) throws IOException {
        try {
            get(path);
        } catch (SocketException | SSLException closed) {
            return Answer.none(Ending.LOST);
        }
        return receive();
    }

    @Override
    void close() throws IOException;
}
