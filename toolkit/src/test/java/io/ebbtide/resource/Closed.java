package io.ebbtide.resource;

import io.ebbtide.report.Outcome;
import io.ebbtide.report.StepReport;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.Fork;
import io.ebbtide.work.Scope;
import io.ebbtide.work.TimeSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a shutdown would say of the closing of some resources, on the real clock. */
record Closed(List<StepReport> steps) {

    static final TimeSource TIME = TimeSource.system();

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration GRACE = Duration.ofSeconds(20);

    /** Closes all of them, with more time than they need. */
    static Closed all(Resources resources) {
        return within(LONG, GRACE, resources);
    }

    /** Closes all of them; each has {@code timeout}, and {@code grace} once it was interrupted. */
    static Closed within(Duration timeout, Duration grace, Resources resources) {
        List<StepReport> reports = new ArrayList<>();
        Steps steps =
                new Steps(
                        Scope.open("shutdown", TIME),
                        Closed::thread,
                        TIME,
                        TIME.nanos(),
                        grace,
                        Closed::await,
                        reports::add);
        resources.close(steps, timeout, Deadline.in(LONG.plus(GRACE), TIME));
        return new Closed(reports);
    }

    /** Closes one resource, which has {@code timeout}, and says how that went. */
    static Outcome one(Duration timeout, Resource resource) {
        Resources resources = new Resources(TIME);
        resources.register(resource);
        return within(timeout, GRACE, resources).outcome(resource.name());
    }

    Outcome outcome(String name) {
        return steps.stream()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no step '" + name + "' in " + steps))
                .outcome();
    }

    List<String> names() {
        return steps.stream().map(StepReport::name).toList();
    }

    static Thread thread(String name, Runnable work) {
        return Thread.ofPlatform().daemon(true).name(name).unstarted(work);
    }

    private static boolean await(Fork<?> step, Deadline deadline) {
        try {
            return step.join(deadline);
        } catch (InterruptedException unexpected) {
            throw new AssertionError(unexpected);
        }
    }
}
