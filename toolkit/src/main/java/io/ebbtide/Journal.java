package io.ebbtide;

import io.ebbtide.report.FailedTask;
import io.ebbtide.report.HandedBack;
import io.ebbtide.report.LateArrivals;
import io.ebbtide.report.PhaseReport;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.ShutdownResult.Status;
import io.ebbtide.report.StepReport;
import io.ebbtide.report.Straggler;
import io.ebbtide.work.TimeSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The facts of one shutdown, written down as they happen.
 *
 * <p>Written by the coordinator; phase and number of errors may be read by anyone.
 */
final class Journal {

    private final TimeSource time;
    private final long began;
    private final List<PhaseReport> phases = new ArrayList<>();
    private final List<StepReport> steps = new ArrayList<>();
    private final List<Straggler> stragglers = new ArrayList<>();
    private final List<HandedBack> handedBack = new ArrayList<>();
    private final List<FailedTask> failedTasks = new ArrayList<>();

    private volatile ShutdownPhase phase = ShutdownPhase.RUNNING;
    private volatile int errors;
    private volatile int closed;
    private long phaseBegan;

    Journal(TimeSource time) {
        this.time = time;
        this.began = time.nanos();
        this.phaseBegan = began;
    }

    long began() {
        return began;
    }

    Duration elapsed() {
        return Duration.ofNanos(time.nanos() - began);
    }

    ShutdownPhase phase() {
        return phase;
    }

    int errors() {
        return errors;
    }

    int closed() {
        return closed;
    }

    /** Ends the present phase and begins the next. */
    void enter(ShutdownPhase next) {
        long now = time.nanos();
        if (phase != ShutdownPhase.RUNNING) {
            phases.add(
                    new PhaseReport(
                            phase,
                            Duration.ofNanos(phaseBegan - began),
                            Duration.ofNanos(now - phaseBegan)));
        }
        phaseBegan = now;
        phase = next;
    }

    void add(StepReport step) {
        steps.add(step);
        if (!step.outcome().isClean()) {
            errors = errors() + 1;
        }
    }

    /** A resource has been dealt with, for better or worse. */
    void addClosed() {
        closed = closed() + 1;
    }

    void addStragglers(List<Straggler> more) {
        stragglers.addAll(more);
    }

    void addHandedBack(List<HandedBack> more) {
        handedBack.addAll(more);
    }

    void add(FailedTask task) {
        failedTasks.add(task);
        if (task.moment() == FailedTask.Moment.DURING_THE_SHUTDOWN) {
            errors = errors() + 1;
        }
    }

    Status status() {
        if (!stragglers.isEmpty()) {
            return Status.FORCED;
        }
        return errors == 0 ? Status.SUCCESSFUL : Status.WITH_ERRORS;
    }

    /** {@return all of it; the last phase ends now} */
    ShutdownResult result(
            ShutdownReason reason,
            Duration budget,
            long drained,
            long refused,
            LateArrivals lateArrivals) {
        enter(phase);
        steps.sort(Comparator.comparing(StepReport::start));
        return new ShutdownResult(
                status(),
                reason,
                elapsed(),
                budget,
                phases,
                steps,
                stragglers,
                handedBack,
                failedTasks,
                drained,
                refused,
                lateArrivals);
    }
}
