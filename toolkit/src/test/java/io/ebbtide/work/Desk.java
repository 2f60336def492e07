package io.ebbtide.work;

import java.util.concurrent.atomic.AtomicInteger;

/** What takes connections and closes them: a {@link ConnectionTracker}, and wrong designs of the same. */
interface Desk {

    /** A connection as far as it can be open. */
    final class Socket implements AutoCloseable {

        private final AtomicInteger closings = new AtomicInteger();

        @Override
        public void close() {
            closings.incrementAndGet();
        }

        boolean isOpen() {
            return closings.get() == 0;
        }

        /** {@return how often it has been closed} */
        int closings() {
            return closings.get();
        }
    }

    /** A connection that was taken. */
    interface Line {

        /** {@return whether a request may run on it} */
        boolean begin();

        /** The request has ended. */
        void end();

        /** Its owner is done with it. */
        void close();
    }

    /** {@return the connection; null if it is refused, and then the caller closes it} */
    Line take(Socket socket);

    /** Closes those on which no request runs. */
    void closeIdle();

    /** Takes nothing more and closes all. */
    void closeAll();
}
