package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;

/** What requests in flight cost, and those that are over. */
@Timeout(120)
class AdmissionMemoryTest {

    private static final int MANY = 200_000;
    private static final int SHORT_ONES = 10_000_000;

    /** What threads of other tests, on their way out, may still do meanwhile. */
    private static final long NOISE = 64 * 1024;

    private final Scope requests =
            Scope.open("work", TimeSource.system()).busyChild("requests", Integer.MAX_VALUE);

    private Permit enter() {
        return (Permit) requests.enter("GET", "/orders/42", Peer.NOBODY);
    }

    /** Permits, and the slots of their register. */
    private static long bytes() throws Exception {
        return Heap.of(Permit.class).bytes() + Heap.of(Permit[].class).bytes();
    }

    @Test
    void isAtMost128BytesForEachInFlight() throws Exception {
        long before = bytes();
        List<Permit> inFlight = new ArrayList<>(MANY);
        for (int i = 0; i < MANY; i++) {
            inFlight.add(enter());
        }

        assertThat(bytes() - before).isPositive().isLessThanOrEqualTo(MANY * 128L);

        inFlight.forEach(Permit::close);
        assertThat(requests.inFlight()).isZero();
    }

    @Test
    void doesNotGrowWithTenMillionThatAreOver() throws Exception {
        enter().close();
        long before = bytes();

        for (int i = 0; i < SHORT_ONES; i++) {
            enter().close();
        }

        assertThat(bytes()).isLessThanOrEqualTo(before + NOISE);
    }
}
