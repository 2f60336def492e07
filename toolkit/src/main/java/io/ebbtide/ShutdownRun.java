package io.ebbtide;

import io.ebbtide.report.FailedTask;
import io.ebbtide.report.LateArrivals;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownProgress;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.StepReport;
import io.ebbtide.report.Straggler;
import io.ebbtide.resource.Step;
import io.ebbtide.resource.Steps;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.Scope;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

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
    private final Patience patience;
    private final Steps steps;
    private final Steps closing;
    private final Forcing forcing;
    private final TaskFailures taskFailures;

    /** Whether all listeners have heard all of it; written before the result is out. */
    private volatile boolean told;

    /** The end of the whole budget. */
    private final Deadline end;

    /** When work from outside was refused, counted from the beginning. */
    private Duration doorsClosed = Duration.ZERO;

    /** The end of everything but flushing: the reserve lies behind it. */
    private final Deadline workEnd;

    ShutdownRun(Parts parts, ShutdownReason reason) {
        this.parts = parts;
        this.config = parts.config();
        this.reason = reason;
        this.journal = new Journal(parts.time());
        this.end = Deadline.in(config.gracefulTimeout(), parts.time());
        this.workEnd = end.minus(config.flushReserve());
        this.reporter = new Reporter(parts.listeners().take(), parts.standby());
        this.taskFailures = new TaskFailures(parts);
        this.patience =
                new Patience(
                        config.interruptGrace(), config.progressInterval(), this::reportProgress);
        this.steps =
                new Steps(
                        parts.steps(),
                        parts.standby()::unstarted,
                        parts.time(),
                        journal.began(),
                        config.interruptGrace(),
                        (step, deadline) -> patience.await(step::join, deadline),
                        this::record);
        this.closing = config.forceAfterTimeout() ? steps : steps.untilTheEnd();
        this.forcing = new Forcing(steps, patience, config.interruptGrace());
    }

    /** Goes through all phases. Never throws because of users' code. {@return empty if it has been called off} */
    Optional<ShutdownResult> conduct() {
        reporter.start();
        announce();
        if (!patience.commit()) {
            serveOn();
            return Optional.empty();
        }
        Deadline drained = refuse();
        drain(drained);
        closeResources();
        flush();
        return Optional.of(finish());
    }

    /** {@return whether all listeners have heard all of it: if not, one of them blocks} */
    boolean isTold() {
        return told;
    }

    /** {@return how it waits: where it can be hurried or called off} */
    Patience patience() {
        return patience;
    }

    /** Does not wait any longer for steps whose threads never come back. */
    void forsake(Predicate<Thread> gone) {
        Throwable why = new IllegalStateException("it has called System.exit");
        steps.forsake(gone, why);
        closing.forsake(gone, why);
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
        // After the announcements: who is sent away now shall not come back here.
        parts.work().lameDuck().begin();
        for (Step hook : parts.hooks().take(Hooks.Moment.BEFORE, timeout)) {
            if (!patience.isCalledOff()) {
                steps.sideBySide(ShutdownPhase.INITIATED, List.of(hook), hooksEnd(timeout));
            }
        }
        Deadline cap = workEnd.atMost(config.lameDuck());
        patience.awaitWhileCalm(
                slice -> parts.requests().lameDuck().awaitQuiet(config.lameDuckQuiet(), slice),
                cap);
    }

    /** It has been called off: the entrances and the hooks are there for the next one. */
    private void serveOn() {
        parts.work().lameDuck().callOff();
        parts.hooks().reopen();
        parts.listeners().reopen();
        steps.sideBySide(
                ShutdownPhase.INITIATED,
                parts.entrances().resumptions(config.resourceCloseTimeout()),
                workEnd);
        ShutdownProgress progress = progress();
        told = reporter.finish(listener -> listener.calledOff(progress), reportTime());
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
        patience.await(parts.accepting()::join, workEnd.atMost(config.interruptGrace()));
        Deadline drained = drainEnd().atMost(drainTimeout());
        doorsClosed = journal.elapsed(); // first, so that nobody comes before it
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
        boolean drained = patience.await(parts.work()::join, deadline);
        takeBack(); // before looking for stragglers: what never started is none
        if (!drained || parts.accepting().inFlight() > 0) {
            addForced(
                    forcing.force(
                            new Stragglers(parts.work(), parts.accepting()),
                            parts.work(),
                            workEnd));
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
        journal.addHandedBack(Forcing.takeBack(parts.work()));
    }

    /** They have what is left of the drain's time, and a grace at least. */
    private void stopUntilDrained(Deadline deadline) {
        Scope scope = parts.untilDrained().scope();
        Deadline until = deadline.later(workEnd.atMost(config.interruptGrace()));
        scope.drain(until);
        if (!patience.await(scope::join, until)) {
            addForced(forcing.force(new Stragglers(scope), scope, workEnd));
        }
    }

    private void addForced(List<Straggler> found) {
        journal.addStragglers(found);
        found.forEach(straggler -> reporter.tell(listener -> listener.straggled(straggler)));
    }

    private void closeResources() {
        enter(ShutdownPhase.CLOSING_RESOURCES);
        parts.resources().close(closing, config.resourceCloseTimeout(), workEnd);
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
                        parts.sumOfWork(Scope::refused),
                        lateArrivals());
        told = reporter.finish(listener -> listener.ended(result), reportTime());
        return result;
    }

    private Duration reportTime() {
        return end.atMost(config.flushReserve()).remaining();
    }

    private LateArrivals lateArrivals() {
        Scope requests = parts.requests();
        return requests.sinceLatestArrival()
                .map(ago -> journal.elapsed().minus(doorsClosed).minus(ago))
                .map(latest -> new LateArrivals(requests.lateArrivals(), latest))
                .orElse(LateArrivals.NONE);
    }

    /** Hooks leave the drain its time; where the budget has no room for both, all of them together get one timeout. */
    private Deadline hooksEnd(Duration timeout) {
        Deadline drainKept = drainEnd().minus(drainTimeout());
        return drainKept.later(workEnd.atMost(timeout));
    }

    /** The latest end of draining: what is left must do for forcing. */
    private Deadline drainEnd() {
        return workEnd.minus(new Budget(config).forcingShare());
    }

    private Duration drainTimeout() {
        return config.forceAfterTimeout() ? config.drainTimeout() : config.gracefulTimeout();
    }

    private void enter(ShutdownPhase phase) {
        journal.enter(phase);
        parts.phases().open(phase);
        ShutdownProgress progress = progress();
        reporter.tell(listener -> listener.phaseBegan(progress));
    }

    private void record(StepReport step) {
        journal.add(step);
        if (step.phase() == ShutdownPhase.CLOSING_RESOURCES
                && parts.resources().contains(step.name())) { // and not what forces its close
            journal.addClosed();
        }
        reporter.tell(listener -> listener.stepEnded(step));
    }

    private void reportProgress() {
        ShutdownProgress progress = progress();
        reporter.tell(listener -> listener.progressed(progress));
    }
}
