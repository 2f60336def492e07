package io.ebbtide.work;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Tracking and closing connections, on real cores. Yes is 1, no is 0. */
public class ConnectionStress {

    private static final TimeSource TIME = TimeSource.system();

    /** What is accepted while all are closed is closed by the one or the other, and once (I11). */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "closed once")
    @Outcome(expect = FORBIDDEN, desc = "forgotten, or closed twice")
    @State
    public static class TrackVsSweep {

        private final Desk desk = new TrackerDesk(TIME);
        private final Desk.Socket socket = new Desk.Socket();

        /** Takes it, or closes it. */
        @Actor
        public void accept() {
            if (desk.take(socket) == null) {
                socket.close();
            }
        }

        /** Closes all. */
        @Actor
        public void sweep() {
            desk.closeAll();
        }

        /** Closed how often? */
        @Arbiter
        public void count(I_Result r) {
            r.r1 = socket.closings();
        }
    }

    /** A request starts on an open connection, or does not start (X80). */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "ran on an open connection")
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "did not run")
    @Outcome(expect = FORBIDDEN, desc = "ran on a closed connection")
    @State
    public static class EnterVsCloseIdle {

        private final Desk desk = new TrackerDesk(TIME);
        private final Desk.Socket socket = new Desk.Socket();
        private final Desk.Line line = desk.take(socket);

        /** Admitted? And still open? */
        @Actor
        public void request(II_Result r) {
            r.r1 = line.begin() ? 1 : 0;
            r.r2 = socket.isOpen() ? 1 : 0;
        }

        /** Closes it, if it is idle. */
        @Actor
        public void closeIdle() {
            desk.closeIdle();
        }
    }

    /** Its owner and the tracker close a connection at once: it is closed once (X78). */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "closed once")
    @Outcome(expect = FORBIDDEN, desc = "left open, or closed twice")
    @State
    public static class CloseVsSweep {

        private final Desk desk = new TrackerDesk(TIME);
        private final Desk.Socket socket = new Desk.Socket();
        private final Desk.Line line = desk.take(socket);

        /** Its owner is done with it. */
        @Actor
        public void close() {
            line.close();
        }

        /** Closes all. */
        @Actor
        public void sweep() {
            desk.closeAll();
        }

        /** Closed how often? */
        @Arbiter
        public void count(I_Result r) {
            r.r1 = socket.closings();
        }
    }

    /** A request ends while its connection is closed: nothing is left of either. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "nothing is left")
    @Outcome(expect = FORBIDDEN, desc = "miscounted")
    @State
    public static class EndVsClose {

        private final Scope requests = Scope.open("requests", TIME);
        private final ConnectionTracker<String> tracker = ConnectionTracker.open(requests);
        private final TrackedConnection<String> connection =
                tracker.tryTrack("http", "", () -> {}).orElseThrow();
        private final Permit permit = (Permit) connection.enter("GET", "/", Peer.NOBODY);

        /** The request ends. */
        @Actor
        public void end() {
            permit.close();
        }

        /** The connection ends. */
        @Actor
        public void close() {
            connection.close();
        }

        /** What is left? */
        @Arbiter
        public void count(II_Result r) {
            r.r1 = connection.inFlight() + requests.inFlight();
            r.r2 = tracker.active();
        }
    }
}
