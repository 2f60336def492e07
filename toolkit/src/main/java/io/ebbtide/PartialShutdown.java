package io.ebbtide;

import io.ebbtide.report.HandedBack;
import io.ebbtide.report.StepReport;
import io.ebbtide.report.Straggler;
import io.ebbtide.resource.Steps;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.RequestScope;
import io.ebbtide.work.Scope;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The shutdown of one scope, on the caller's thread. */
final class PartialShutdown {

    private final Parts parts;
    private final Scope scope;
    private final long began;
    private final Patience patience;
    private final List<StepReport> failedSteps = new ArrayList<>();

    PartialShutdown(Parts parts, Scope scope) {
        this.parts = parts;
        this.scope = scope;
        this.began = parts.time().nanos();
        ShutdownConfig config = parts.config();
        this.patience = new Patience(config.interruptGrace(), config.progressInterval(), () -> {});
    }

    ScopeResult conduct(Duration drainTimeout) throws InterruptedException {
        RequestScope.current().filter(scope::encloses).ifPresent(this::refuse);
        Deadline drained = Deadline.in(drainTimeout, parts.time());
        scope.drain(drained);
        boolean empty = scope.join(drained);
        List<HandedBack> handedBack = new ArrayList<>(Forcing.takeBack(scope));
        List<Straggler> stragglers = empty ? List.of() : force();
        scope.close(Deadline.in(Duration.ZERO, parts.time()));
        handedBack.addAll(Forcing.takeBack(scope)); // what was accepted until it was cancelled
        return new ScopeResult(
                scope.path(),
                Duration.ofNanos(parts.time().nanos() - began),
                stragglers,
                handedBack,
                failedSteps);
    }

    private void refuse(RequestScope inside) {
        throw new IllegalStateException(
                "this would wait for what it is called from, '" + inside.name() + "'");
    }

    private List<Straggler> force() {
        ShutdownConfig config = parts.config();
        Steps steps =
                new Steps(
                        parts.steps(),
                        parts.standby()::unstarted,
                        parts.time(),
                        began,
                        config.interruptGrace(),
                        (step, deadline) -> patience.await(step::join, deadline),
                        this::record);
        Deadline end = Deadline.in(new Budget(config).forcingShare(), parts.time());
        return new Forcing(steps, patience, config.interruptGrace())
                .force(new Stragglers(scope), scope, end);
    }

    private void record(StepReport step) {
        if (!step.outcome().isClean()) {
            failedSteps.add(step);
        }
    }
}
