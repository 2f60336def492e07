package io.ebbtide.work;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Who must fulfil the contract of an executor service. Some run a single task at a time. */
enum ExecutorUnderTest {
    OURS,
    OURS_ONE_AT_A_TIME,
    OURS_WITH_A_QUEUE,
    OURS_ON_PLATFORM_THREADS,
    JDK_THREAD_PER_TASK,
    JDK_SINGLE_THREAD,
    JDK_SCHEDULED;

    ExecutorService open() {
        Scope work = Scope.open("work", TimeSource.system());
        return switch (this) {
            case OURS -> ShutdownAwareExecutor.in(work.child("tasks"));
            case OURS_ONE_AT_A_TIME ->
                    ShutdownAwareExecutor.in(work.child("tasks"), Limits.concurrency(1));
            case OURS_WITH_A_QUEUE ->
                    ShutdownAwareExecutor.in(
                            work.child("tasks"), Limits.concurrency(3).withQueue(500));
            case OURS_ON_PLATFORM_THREADS ->
                    ShutdownAwareExecutor.in(work.child("tasks", Thread.ofPlatform().factory()));
            case JDK_THREAD_PER_TASK -> Executors.newVirtualThreadPerTaskExecutor();
            case JDK_SINGLE_THREAD -> Executors.newSingleThreadExecutor();
            case JDK_SCHEDULED -> new ScheduledThreadPoolExecutor(2);
        };
    }
}
