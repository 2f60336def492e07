package io.ebbtide.resource;

import io.ebbtide.report.Fate;
import io.ebbtide.report.Outcome;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.StepReport;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.Fork;
import io.ebbtide.work.Scope;
import io.ebbtide.work.TimeSource;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Runs the actions of users during a shutdown: hooks, closes, flushes. This is the only way in which the shutdown calls
 * code that it does not know.
 *
 * <p>Each step runs on a platform thread of its own, since virtual threads may all be busy by then. A step that throws
 * is recorded. One that takes longer than its timeout is interrupted; if it has not ended after the grace, it is
 * abandoned, and its thread, a daemon, is left behind. Whatever a step does, the next one runs.
 */
public final class Steps {

    private final Scope parent;
    private final Crew crew;
    private final TimeSource time;
    private final long began;
    private final Duration grace;
    private final Pause pause;
    private final Consumer<StepReport> reports;
    private final Timing timing;

    /** What has been started and is waited for; written by the calling thread, read by {@link #forsake}. */
    private volatile List<Running> present = List.of();

    /** How long a step may take. */
    private enum Timing {
        /** Its timeout, or what is left until the end. */
        TIMEOUTS,
        /** What is left until the end. */
        UNTIL_THE_END
    }

    /** Where steps get their threads from. */
    @FunctionalInterface
    public interface Crew {

        /** {@return a daemon of that name that has not been started, with {@code work} to do} */
        Thread unstarted(String name, Runnable work);
    }

    /** Waits for a step, and may report progress meanwhile. */
    @FunctionalInterface
    public interface Pause {

        /** {@return whether the step ended before the deadline} */
        boolean await(Fork<?> step, Deadline deadline);
    }

    /**
     * Prepares to run steps.
     *
     * @param parent where the steps run: code that finds itself in there is code of the shutdown
     * @param crew where they get their threads from
     * @param began the instant from which reports count
     * @param grace how long an interrupted step may take to end
     * @param pause how to wait for a step
     * @param reports is told of each step that has ended or been abandoned, on the calling thread
     */
    public Steps(
            Scope parent,
            Crew crew,
            TimeSource time,
            long began,
            Duration grace,
            Pause pause,
            Consumer<StepReport> reports) {
        this(parent, crew, time, began, grace, pause, reports, Timing.TIMEOUTS);
    }

    private Steps(
            Scope parent,
            Crew crew,
            TimeSource time,
            long began,
            Duration grace,
            Pause pause,
            Consumer<StepReport> reports,
            Timing timing) {
        this.parent = parent;
        this.crew = crew;
        this.time = time;
        this.began = began;
        this.grace = grace;
        this.pause = pause;
        this.reports = reports;
        this.timing = timing;
    }

    /** {@return the same, but steps' own timeouts do not count} */
    public Steps untilTheEnd() {
        return new Steps(parent, crew, time, began, grace, pause, reports, Timing.UNTIL_THE_END);
    }

    /** Counts the steps whose threads are {@code gone} as failed, and waits for them no longer. From any thread. */
    public void forsake(Predicate<Thread> gone, Throwable why) {
        for (Running one : present) {
            if (one.fork.permit().thread().filter(gone).isPresent()) {
                one.fork.forsake(why);
            }
        }
    }

    /** Runs {@code steps} one after the other. Blocks until the last one has ended, or until {@code end} and the grace. */
    public void inTurn(ShutdownPhase phase, List<Step> steps, Deadline end) {
        for (Step step : steps) {
            sideBySide(phase, List.of(step), end);
        }
    }

    /** Runs {@code steps} all at once. Blocks until each has ended, or until {@code end}: the grace is part of it. */
    public void sideBySide(ShutdownPhase phase, List<Step> steps, Deadline end) {
        if (steps.isEmpty()) {
            return;
        }
        Scope scope = parent.child(phase.name(), threads(phase));
        List<Running> running = new ArrayList<>(steps.size());
        for (Step step : steps) {
            Running started = start(phase, step, scope, end);
            if (started != null) {
                running.add(started);
            }
        }
        running.sort(Comparator.comparing(one -> one.deadline.remaining()));
        present = running; // which does not change any more
        List<Running> late = new ArrayList<>();
        for (Running one : running) {
            if (pause.await(one.fork, one.deadline)) {
                report(phase, one, outcome(one.fork));
            } else {
                one.interrupt();
                late.add(one);
            }
        }
        Deadline abandon = end.atMost(grace);
        for (Running one : late) {
            Fate fate = pause.await(one.fork, abandon) ? Fate.INTERRUPTED : Fate.ABANDONED;
            report(phase, one, new Outcome.TimedOut(one.allowed, fate, one.stack));
        }
    }

    /** {@return an end that leaves time before {@code end} for forcing what has not ended; {@code end} if there is none} */
    Deadline leavingRoom(Deadline end) {
        Deadline early = end.minus(grace.multipliedBy(2));
        return early.isPassed() ? end : early;
    }

    private @Nullable Running start(ShutdownPhase phase, Step step, Scope scope, Deadline end) {
        Duration start = Duration.ofNanos(time.nanos() - began);
        try {
            Deadline deadline = allowedEnd(step, end);
            Fork<?> fork =
                    scope.fork(
                            step.name(),
                            () -> {
                                step.action().run(deadline);
                                return Boolean.TRUE;
                            });
            return new Running(step, fork, start, deadline);
        } catch (OutOfMemoryError noThread) {
            runHere(phase, step, start, end);
            return null;
        } catch (Throwable noThread) {
            reports.accept(
                    new StepReport(
                            phase,
                            step.name(),
                            start,
                            Duration.ZERO,
                            new Outcome.Failed(noThread)));
            return null;
        }
    }

    /** Where no thread can be had any more: then nobody can interrupt it, but the watchdog is still there. */
    private void runHere(ShutdownPhase phase, Step step, Duration start, Deadline end) {
        Outcome outcome = new Outcome.Completed();
        try {
            step.action().run(allowedEnd(step, end));
        } catch (Throwable thrown) {
            outcome = new Outcome.Failed(thrown);
        }
        Duration took = Duration.ofNanos(time.nanos() - began).minus(start);
        reports.accept(new StepReport(phase, step.name(), start, took, outcome));
    }

    private Deadline allowedEnd(Step step, Deadline end) {
        return switch (timing) {
            case TIMEOUTS -> latestEnd(end).atMost(step.timeout());
            case UNTIL_THE_END -> latestEnd(end);
        };
    }

    /** A step ends early enough for the grace after it; if no time is left for both, it may use what there is. */
    private Deadline latestEnd(Deadline end) {
        Deadline early = end.minus(grace);
        return early.isPassed() ? end : early;
    }

    private void report(ShutdownPhase phase, Running one, Outcome outcome) {
        reports.accept(new StepReport(phase, one.step.name(), one.start, one.fork.age(), outcome));
    }

    private static Outcome outcome(Fork<?> fork) {
        Optional<Throwable> failure = fork.failure();
        return failure.isPresent() ? new Outcome.Failed(failure.get()) : new Outcome.Completed();
    }

    private ThreadFactory threads(ShutdownPhase phase) {
        String role =
                switch (phase) {
                    case CLOSING_RESOURCES -> "close";
                    case FLUSHING_BUFFERS -> "flush";
                    case DRAINING_CONNECTIONS -> "cut";
                    case STOPPING_NEW_REQUESTS -> "refuse";
                    case RUNNING, INITIATED, COMPLETED, FORCED -> "hook";
                };
        AtomicInteger count = new AtomicInteger();
        return work -> crew.unstarted("shutdown-" + role + "-" + count.incrementAndGet(), work);
    }

    /** A step that has been started. */
    private static final class Running {
        private final Step step;
        private final Fork<?> fork;
        private final Duration start;
        private final Deadline deadline;
        private final Duration allowed;
        private List<StackTraceElement> stack = List.of();

        Running(Step step, Fork<?> fork, Duration start, Deadline deadline) {
            this.step = step;
            this.fork = fork;
            this.start = start;
            this.deadline = deadline;
            this.allowed = deadline.remaining();
        }

        void interrupt() {
            stack =
                    fork.permit()
                            .thread()
                            .map(Thread::getStackTrace)
                            .map(List::of)
                            .orElse(List.of());
            fork.cancel();
        }
    }
}
