package io.ebbtide.examples;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.HandedBack;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.Limits;
import io.ebbtide.work.ShutdownAwareExecutor;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Tasks that had no time to start come back, as they were given. */
public final class Example06ExecutorWithHandBack {

    private Example06ExecutorWithHandBack() {}

    // @start region="main"
    public static void main(String[] arguments) throws InterruptedException {
        StructuredShutdown shutdown =
                StructuredShutdown.open(c -> c.withDrainTimeout(Duration.ofMillis(300)));
        ShutdownAwareExecutor mails = shutdown.executor("mails", Limits.concurrency(1));
        mails.execute("mail 1", new Mail("Ada"));
        mails.execute("mail 2", new Mail("Grace")); // waits for its turn

        ShutdownResult result = shutdown.shutdown(new ShutdownReason.Requested("deploy"));

        for (HandedBack never : result.handedBack()) {
            if (never.task() instanceof Mail(String to)) {
                System.out.println("back to the outbox: " + never.name() + " to " + to);
            }
        }
    }

    // @end

    /** Takes longer to send than there is time. */
    private record Mail(String to) implements Runnable {

        private static final CountDownLatch SLOW_SERVER = new CountDownLatch(1);

        @Override
        public void run() {
            try {
                SLOW_SERVER.await();
            } catch (InterruptedException e) {
                System.out.println("interrupted: mail to " + to);
            }
        }
    }
}
