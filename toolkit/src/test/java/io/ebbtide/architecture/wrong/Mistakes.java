package io.ebbtide.architecture.wrong;

import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** One class for each thing that is not done in this house; see {@code HouseRulesTest}. */
public final class Mistakes {

    private Mistakes() {}

    static final class ReadsTheClock {
        final LongSupplier clock = System::nanoTime;
    }

    static final class Sleeps {
        void nap() throws InterruptedException {
            Thread.sleep(1);
        }
    }

    static final class Parks {
        void park() {
            LockSupport.parkNanos(this, 1);
        }
    }

    static final class ReadsTheWallClock {
        final Instant started = Instant.now();
    }

    static final class ReadsTheMilliseconds {
        final long started = System.currentTimeMillis();
    }

    static final class Exits {
        void exit() {
            System.exit(1);
        }
    }

    static final class Halts {
        void halt() {
            Runtime.getRuntime().halt(1);
        }
    }

    static final class NamesTheSignal {
        final String name = "sun.misc.Signal";
    }

    /** Its users would need {@code java.sql}, which the toolkit does not require. */
    public static final class OffersAForeignType {
        private final List<Connection> connections = List.of();

        private OffersAForeignType() {}

        /** {@return none} */
        public List<Connection> connections() {
            return connections;
        }
    }
}
