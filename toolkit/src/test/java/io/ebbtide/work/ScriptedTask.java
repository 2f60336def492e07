package io.ebbtide.work;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A background task whose runs a test sees begin, and tells how to end. */
final class ScriptedTask implements BackgroundTask {

    private record Ending(Throwable thrown) {}

    private final TimeSource time;
    private final long origin;
    private final BlockingQueue<Duration> begun = new LinkedBlockingQueue<>();
    private final BlockingQueue<Ending> endings = new LinkedBlockingQueue<>();

    ScriptedTask(TimeSource time) {
        this.time = time;
        this.origin = time.nanos();
    }

    @Override
    public void run(TaskContext context) throws Exception {
        begun.add(Duration.ofNanos(time.nanos() - origin));
        Throwable thrown = endings.take().thrown();
        switch (thrown) {
            case null -> {}
            case Exception exception -> throw exception;
            case Error error -> throw error;
            default -> throw new AssertionError(thrown);
        }
    }

    /** Waits for the next run to begin. {@return when it began, from the making of this task} */
    Duration awaitRun() throws InterruptedException {
        return begun.take();
    }

    boolean hasBegunAgain() {
        return !begun.isEmpty();
    }

    void fail(Throwable thrown) {
        endings.add(new Ending(thrown));
    }

    void finish() {
        endings.add(new Ending(null));
    }
}
