package io.ebbtide;

import io.ebbtide.work.Deadline;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * How the coordinator waits: until a deadline, with progress, and not for long once somebody is in a hurry.
 *
 * <p>Whoever changes the mood wakes the coordinator by an interrupt, which reaches it only while it waits in here. An
 * interrupt of anybody else's ends one wait as if its deadline had passed.
 */
final class Patience {

    /** Something that can be waited for. */
    @FunctionalInterface
    interface Wait {
        boolean await(Deadline deadline) throws InterruptedException;
    }

    private enum Mood {
        /** Each wait has the time that it was given. */
        CALM,
        /** The shutdown has been called off: nothing further is to begin. */
        CALLED_OFF,
        /** Each wait has a grace at most. */
        HURRIED
    }

    private final Duration grace;
    private final Duration interval;
    private final Runnable progress;

    /** Changed under this, read by anyone. */
    private volatile Mood mood = Mood.CALM;

    /** Guarded by this: whether the shutdown can no longer be called off. */
    private boolean committed;

    /** Guarded by this: the coordinator, while it waits. */
    private @Nullable Thread waiting;

    /**
     * For one run.
     *
     * @param grace how long a wait may take once somebody is in a hurry
     * @param interval how often to tell {@code progress}
     */
    Patience(Duration grace, Duration interval, Runnable progress) {
        this.grace = grace;
        this.interval = interval;
        this.progress = progress;
    }

    /** Cuts the present wait and all further ones to the grace. */
    synchronized void hurry() {
        if (mood == Mood.CALM) {
            mood = Mood.HURRIED;
            wake();
        }
    }

    /** {@return whether it could be called off: nobody is in a hurry, and nothing has been refused yet} */
    synchronized boolean callOff() {
        if (committed || mood != Mood.CALM) {
            return false;
        }
        mood = Mood.CALLED_OFF;
        wake();
        return true;
    }

    /** From now on it cannot be called off. {@return whether it has not been called off before} */
    synchronized boolean commit() {
        committed = true;
        return mood != Mood.CALLED_OFF;
    }

    boolean isCalledOff() {
        return mood == Mood.CALLED_OFF;
    }

    /**
     * {@return whether {@code wait} came to its end before the deadline} Somebody's code may fill the heap meanwhile: it fails by
     * that itself, or is cut, and either way it is waited for as long as anything else.
     */
    boolean await(Wait wait, Deadline deadline) {
        while (true) {
            try {
                return awaitInSlices(wait, deadline);
            } catch (OutOfMemoryError full) {
                if (deadline.isPassed()) {
                    return false;
                }
            }
        }
    }

    private boolean awaitInSlices(Wait wait, Deadline deadline) {
        Deadline until = deadline;
        while (true) {
            Mood seen = mood;
            until = seen == Mood.HURRIED ? until.atMost(grace) : until;
            Deadline slice = until.atMost(interval);
            try {
                if (awaitUnless(seen, wait, slice)) {
                    return true;
                }
            } catch (InterruptedException woken) {
                if (mood == seen) {
                    return false;
                }
            }
            if (mood == seen) {
                if (until.isPassed()) {
                    return false;
                }
                if (slice.isPassed()) {
                    progress.run();
                }
            }
        }
    }

    /** The same, but over as soon as the mood is no longer calm. */
    void awaitWhileCalm(Wait wait, Deadline deadline) {
        await(slice -> mood != Mood.CALM || wait.await(slice), deadline);
    }

    private boolean awaitUnless(Mood seen, Wait wait, Deadline slice) throws InterruptedException {
        synchronized (this) {
            if (mood != seen) {
                return false;
            }
            waiting = Thread.currentThread();
        }
        try {
            return wait.await(slice);
        } finally {
            synchronized (this) {
                waiting = null;
                if (mood != seen) {
                    Thread.interrupted(); // it came when the wait was over
                }
            }
        }
    }

    /** Under this. */
    private void wake() {
        if (waiting != null) {
            waiting.interrupt();
        }
    }
}
