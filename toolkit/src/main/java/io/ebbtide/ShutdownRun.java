package io.ebbtide;

import io.ebbtide.report.FailedTask;
import io.ebbtide.report.HandedBack;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownProgress;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.StepReport;
import io.ebbtide.report.Straggler;
import io.ebbtide.resource.Steps;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.Fork;
import io.ebbtide.work.Scope;

import java.time.Duration;
import java.util.List;

/**
 * One shutdown from its beginning to its end: the phases, in their order, on one budget.
 *
 * <p>Runs on the coordinator's thread. Code of users is called only through {@link Steps}, listeners only through {@link
 * Reporter}; everything else here waits with a deadline. So each method ends by its deadline, whatever users' code does.
 */
final class ShutdownRun {

    private final Parts parts;
    private final ShutdownConfig config;
    private final ShutdownReason reason;
    private final Journal journal;
    private final Reporter reporter;
    private final Steps steps;
    private final TaskFailures taskFailures;

    /** The end of the whole budget. */
    private final Deadline end;

    /** The end of everything but flushing: the reserve lies behind it. */
    private final Deadline workEnd;

    ShutdownRun(Parts parts, ShutdownReason reason) {
        this.parts = parts;
        this.config = parts.config();
        this.reason = reason;
        this.journal = new Journal(parts.time());
        this.end = Deadline.in(config.gracefulTimeout(), parts.time());
        this.workEnd = end.minus(config.flushReserve());
        this.reporter = new Reporter(parts.audience());
        this.taskFailures = new TaskFailures(parts);
        this.steps =
                new Steps(
                        parts.steps(),
                        parts.time(),
                        journal.began(),
                        config.interruptGrace(),
                        this::awaitStep,
                        this::record);
    }

    /** Goes through all phases. Never throws because of users' code. */
    ShutdownResult conduct() {
        reporter.start();
        announce();
        Deadline drained = refuse();
        drain(drained);
        closeResources();
        flush();
        return finish();
    }

    ShutdownProgress progress() {
        Duration elapsed = journal.elapsed();
        return Progress.of(parts, journal.phase(), journal.closed(), elapsed, journal.errors());
    }

    private void announce() {
        enter(ShutdownPhase.INITIATED);
        Duration timeout = config.resourceCloseTimeout();
        steps.sideBySide(
                ShutdownPhase.INITIATED, parts.entrances().announcements(timeout), workEnd);
        steps.inTurn(
                ShutdownPhase.INITIATED,
                parts.hooks().take(Hooks.Moment.BEFORE, timeout),
                hooksEnd(timeout));
        Deadline cap = workEnd.atMost(config.lameDuck());
        awaitOrGoOn(slice -> parts.requests().awaitQuiet(config.lameDuckQuiet(), slice), cap);
    }

    /** {@return the drain deadline, which counts from the moment work from outside is refused} */
    private Deadline refuse() {
        enter(ShutdownPhase.STOPPING_NEW_REQUESTS);
        Duration timeout = config.resourceCloseTimeout();
        Deadline deadline = workEnd.atMost(timeout);
        steps.sideBySide(
                ShutdownPhase.STOPPING_NEW_REQUESTS,
                parts.entrances().refusals(timeout, deadline),
                workEnd);
        parts.accepting().cancel();
        // What an accept loop has taken it may still hand on: work drains only when the loops have
        // ended.
        awaitOrGoOn(parts.accepting()::join, workEnd.atMost(config.interruptGrace()));
        Deadline drained = drainEnd().atMost(config.drainTimeout());
        parts.work().drain(drained);
        steps.sideBySide(
                ShutdownPhase.STOPPING_NEW_REQUESTS,
                parts.connections().closeIdle(timeout, workEnd.atMost(config.interruptGrace())),
                workEnd);
        return drained;
    }

    /** Work first, then what it may have needed until its end, then the connections it came on. */
    private void drain(Deadline deadline) {
        enter(ShutdownPhase.DRAINING_CONNECTIONS);
        boolean drained = awaitOrGoOn(parts.work()::join, deadline);
        takeBack(); // before looking for stragglers: what never started is none
        if (!drained || parts.accepting().inFlight() > 0) {
            force(new Stragglers(parts.work(), parts.accepting()), parts.work());
        }
        stopUntilDrained(deadline);
        takeBack(); // what was accepted until work was cancelled
        closeConnections();
        for (FailedTask task : taskFailures.found()) {
            journal.add(task);
            reporter.tell(listener -> listener.taskFailed(task));
        }
    }

    private void closeConnections() {
        Deadline deadline = workEnd.atMost(config.interruptGrace());
        steps.sideBySide(
                ShutdownPhase.DRAINING_CONNECTIONS,
                parts.connections().closeAll(config.resourceCloseTimeout(), deadline),
                workEnd);
    }

    private void takeBack() {
        journal.addHandedBack(
                parts.work().handBack().stream()
                        .map(task -> new HandedBack(task.name(), task.scope(), task.task()))
                        .toList());
    }

    /** They have what is left of the drain's time, and a grace at least. */
    private void stopUntilDrained(Deadline deadline) {
        Scope scope = parts.untilDrained().scope();
        Deadline patience = deadline.later(workEnd.atMost(config.interruptGrace()));
        scope.drain(patience);
        if (!awaitOrGoOn(scope::join, patience)) {
            force(new Stragglers(scope), scope);
        }
    }

    /** The stragglers have been recorded. Then, in this order: answered, interrupted, given a grace, cut. */
    private void force(Stragglers stragglers, Scope scope) {
        Duration grace = config.interruptGrace();
        steps.sideBySide(ShutdownPhase.DRAINING_CONNECTIONS, stragglers.answers(grace), workEnd);
        Deadline interrupted = workEnd.atMost(grace);
        interrupt(scope, interrupted.atMost(grace.dividedBy(2)));
        awaitOrGoOn(scope::join, interrupted);
        steps.sideBySide(ShutdownPhase.DRAINING_CONNECTIONS, stragglers.cuts(grace), workEnd);
        List<Straggler> found = stragglers.withFates();
        journal.addStragglers(found);
        found.forEach(straggler -> reporter.tell(listener -> listener.straggled(straggler)));
    }

    private static void interrupt(Scope scope, Deadline deadline) {
        try {
            scope.cancel(deadline);
        } catch (InterruptedException goOn) {
            scope.cancel();
        }
    }

    private void closeResources() {
        enter(ShutdownPhase.CLOSING_RESOURCES);
        parts.resources().close(steps, config.resourceCloseTimeout(), workEnd);
    }

    private void flush() {
        enter(ShutdownPhase.FLUSHING_BUFFERS);
        Duration timeout = config.resourceCloseTimeout();
        steps.sideBySide(
                ShutdownPhase.FLUSHING_BUFFERS,
                parts.hooks().take(Hooks.Moment.FLUSH, timeout),
                end);
    }

    private ShutdownResult finish() {
        ShutdownPhase last =
                journal.status() == ShutdownResult.Status.FORCED
                        ? ShutdownPhase.FORCED
                        : ShutdownPhase.COMPLETED;
        enter(last);
        steps.inTurn(
                last, parts.hooks().take(Hooks.Moment.AFTER, config.resourceCloseTimeout()), end);
        ShutdownResult result =
                journal.result(
                        reason,
                        config.gracefulTimeout(),
                        parts.sumOfWork(Scope::drained),
                        parts.sumOfWork(Scope::refused));
        reporter.finish(
                listener -> listener.ended(result), end.atMost(config.flushReserve()).remaining());
        return result;
    }

    /** Hooks leave the drain its time; where the budget has no room for both, all of them together get one timeout. */
    private Deadline hooksEnd(Duration timeout) {
        Deadline drainKept = drainEnd().minus(config.drainTimeout());
        return drainKept.later(workEnd.atMost(timeout));
    }

    /** The latest end of draining: what is left must do for forcing. */
    private Deadline drainEnd() {
        return workEnd.minus(config.forcingShare());
    }

    private void enter(ShutdownPhase phase) {
        journal.enter(phase);
        ShutdownProgress progress = progress();
        reporter.tell(listener -> listener.phaseBegan(progress));
    }

    private void record(StepReport step) {
        journal.add(step);
        reporter.tell(listener -> listener.stepEnded(step));
    }

    private boolean awaitStep(Fork<?> fork, Deadline deadline) {
        return awaitOrGoOn(fork::join, deadline);
    }

    /** Something that can be waited for. */
    @FunctionalInterface
    private interface Wait {
        boolean await(Deadline deadline) throws InterruptedException;
    }

    /**
     * Waits, and reports progress while it does. Nobody interrupts the coordinator by right; if it happens all the same
     * the run goes on as if the deadline had passed.
     */
    private boolean awaitOrGoOn(Wait wait, Deadline deadline) {
        try {
            while (true) {
                Deadline slice = deadline.atMost(config.progressInterval());
                if (wait.await(slice)) {
                    return true;
                }
                if (deadline.isPassed()) {
                    return false;
                }
                ShutdownProgress progress = progress();
                reporter.tell(listener -> listener.progressed(progress));
            }
        } catch (InterruptedException goOn) {
            return false;
        }
    }
}
