package io.ebbtide;

import io.ebbtide.report.FailedTask;
import io.ebbtide.report.FailedTask.Moment;
import io.ebbtide.work.BackgroundTasks;
import io.ebbtide.work.TaskStatus;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which background tasks have failed, before a shutdown began and during it: from live statuses to records. */
final class TaskFailures {

    private final List<BackgroundTasks> tasks;
    private final List<Map<String, TaskStatus>> before;

    /** Remembers who had failed by now. */
    TaskFailures(Parts parts) {
        tasks = List.of(parts.background(), parts.untilDrained());
        before = tasks.stream().map(BackgroundTasks::statuses).toList();
    }

    /** {@return the tasks that have failed by now} */
    List<FailedTask> found() {
        List<FailedTask> found = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            Map<String, TaskStatus> earlier = before.get(i);
            String scope = tasks.get(i).scope().path();
            tasks.get(i)
                    .statuses()
                    .forEach(
                            (name, status) -> {
                                if (status instanceof TaskStatus.Failed failed) {
                                    found.add(
                                            new FailedTask(
                                                    name,
                                                    scope,
                                                    failed.cause(),
                                                    failed.restarts(),
                                                    moment(failed, earlier.get(name))));
                                }
                            });
        }
        return found;
    }

    /** The very same failure: a task of that name may have been started anew in between. */
    @SuppressWarnings("ReferenceEquality") // equals would be that of somebody's exception
    private static Moment moment(TaskStatus.Failed failed, @Nullable TaskStatus earlier) {
        return failed == earlier ? Moment.BEFORE_THE_SHUTDOWN : Moment.DURING_THE_SHUTDOWN;
    }
}
