package io.ebbtide.work;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Designs of a connection tracker that look right and are not; see {@link WrongDoors}.
 *
 * <p>{@code seam} is called between the two halves of each step that should have been one.
 */
final class WrongDesks {

    private WrongDesks() {}

    /** A list, a flag and a lock around both; right as it stands, for others to spoil. */
    private static class Listed implements Desk {

        final Runnable seam;
        final List<ListedLine> lines = new CopyOnWriteArrayList<>();
        volatile boolean swept;

        Listed(Runnable seam) {
            this.seam = seam;
        }

        @Override
        public Line take(Socket socket) {
            synchronized (this) {
                return swept ? null : add(socket);
            }
        }

        Line add(Socket socket) {
            ListedLine line = line(socket);
            lines.add(line);
            return line;
        }

        ListedLine line(Socket socket) {
            return new ListedLine(seam, socket);
        }

        @Override
        public void closeIdle() {
            lines.forEach(ListedLine::closeIfIdle);
        }

        @Override
        public void closeAll() {
            synchronized (this) {
                swept = true;
            }
            lines.forEach(ListedLine::close);
        }
    }

    /** Requests that run, and minus one thousand once closed; right as it stands. */
    private static class ListedLine implements Desk.Line {

        private static final int CLOSED = -1_000;

        final Runnable seam;
        final Desk.Socket socket;
        final AtomicBoolean closed = new AtomicBoolean();
        final AtomicInteger running = new AtomicInteger();

        ListedLine(Runnable seam, Desk.Socket socket) {
            this.seam = seam;
            this.socket = socket;
        }

        @Override
        public boolean begin() {
            return running.getAndUpdate(n -> n < 0 ? n : n + 1) >= 0;
        }

        @Override
        public void end() {
            running.decrementAndGet();
        }

        @Override
        public void close() {
            running.getAndUpdate(n -> n < 0 ? n : n + CLOSED);
            if (!closed.getAndSet(true)) {
                socket.close();
            }
        }

        void closeIfIdle() {
            if (running.compareAndSet(0, CLOSED)) {
                close();
            }
        }
    }

    /** M6: looks whether the sweep has been, and adds afterwards. In between the sweep is made, and finds nothing. */
    static final class ChecksThenAdds extends Listed {

        ChecksThenAdds(Runnable seam) {
            super(seam);
        }

        @Override
        public Line take(Socket socket) {
            if (swept) {
                return null;
            }
            seam.run();
            return add(socket);
        }
    }

    /** Looks whether a connection is idle, and closes it afterwards. In between a request starts on it. */
    static final class LooksThenClosesIdle extends Listed {

        LooksThenClosesIdle(Runnable seam) {
            super(seam);
        }

        @Override
        ListedLine line(Socket socket) {
            return new ListedLine(seam, socket) {
                @Override
                void closeIfIdle() {
                    if (running.get() == 0) {
                        seam.run();
                        close();
                    }
                }
            };
        }
    }

    /** Looks whether a connection is closed, and marks it afterwards. In between somebody else closes it. */
    static final class ChecksThenCloses extends Listed {

        ChecksThenCloses(Runnable seam) {
            super(seam);
        }

        @Override
        ListedLine line(Socket socket) {
            return new ListedLine(seam, socket) {
                @Override
                public void close() {
                    if (!closed.get()) {
                        seam.run();
                        closed.set(true);
                        socket.close();
                    }
                }
            };
        }
    }
}
