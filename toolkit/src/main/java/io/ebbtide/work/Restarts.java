package io.ebbtide.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** The restarts of one task: how many so far, lately and in a row. Owned by the task's thread. */
final class Restarts {

    private final RestartPolicy policy;
    private final TimeSource time;
    private final DoubleSupplier chance;

    /** When each restart that counts leaves the window, earliest first; empty if any number is allowed. */
    private final Deque<Deadline> recent = new ArrayDeque<>();

    private int inARow;
    private int total;

    /** Restarts by {@code policy}, whose jitter follows {@code chance}: numbers from 0 to 1. */
    Restarts(RestartPolicy policy, TimeSource time, DoubleSupplier chance) {
        this.policy = policy;
        this.time = time;
        this.chance = chance;
    }

    /** {@return how many restarts have been granted so far} */
    int total() {
        return total;
    }

    /**
     * Asks for one more restart, now.
     *
     * @param lasted how long the run took that has just ended
     * @return how long to wait before it; empty if it would be one too many
     */
    Optional<Duration> next(Duration lasted) {
        if (!takePlace()) {
            return Optional.empty();
        }
        BackOff backOff = policy.backOff();
        if (lasted.compareTo(backOff.longest()) >= 0) {
            inARow = 0;
        }
        Duration pause = backOff.pause(inARow, chance.getAsDouble());
        inARow = Math.min(inARow, Integer.MAX_VALUE - 1) + 1;
        total = Math.min(total, Integer.MAX_VALUE - 1) + 1;
        return Optional.of(pause);
    }

    private boolean takePlace() {
        if (policy.maxRestarts() == Integer.MAX_VALUE) {
            return true;
        }
        while (!recent.isEmpty() && recent.getFirst().isPassed()) {
            recent.removeFirst();
        }
        return recent.size() < policy.maxRestarts()
                && recent.add(Deadline.in(policy.window(), time));
    }
}
