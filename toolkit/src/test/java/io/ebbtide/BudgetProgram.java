package io.ebbtide;

import io.ebbtide.work.Permit;

import java.util.concurrent.CountDownLatch;

/** A service that needs more time than it has, for {@link BudgetTest}. */
final class BudgetProgram {

    private BudgetProgram() {}

    /** Runs until a signal comes; its argument says what takes so long. */
    public static void main(String[] arguments) throws Exception {
        StructuredShutdown shutdown = ShortBudget.open();
        switch (arguments[0]) {
            case "everything" -> hangEverywhere(shutdown);
            case "clients that go on" -> hammer(shutdown);
            case "a request, and a close fails" -> {
                shutdown.register(ShortBudget.first("bad", BudgetProgram::fail));
                shutdown.requests().fork("GET /stuck", BudgetProgram::stick);
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        shutdown.handleSignals();
        ShortBudget.ready();
    }

    private static void hangEverywhere(StructuredShutdown shutdown) {
        shutdown.hooks().before("before", ShortBudget::deaf);
        shutdown.accepting().fork("accept", BudgetProgram::stick);
        shutdown.requests().fork("GET /stuck", BudgetProgram::stick);
        shutdown.executor("mails").execute("mail", ShortBudget::deaf);
        shutdown.backgroundTasks().start("poller", _ -> ShortBudget.deaf());
        shutdown.tasksUntilDrained().start("outbox", _ -> ShortBudget.deaf());
        shutdown.register(ShortBudget.first("bad", ShortBudget::deaf).withForce(ShortBudget::deaf));
        shutdown.hooks().flush("metrics", ShortBudget::deaf);
        shutdown.hooks().after("after", ShortBudget::deaf);
    }

    /** From the beginning on, without a pause, and after they have been refused as well. */
    private static void hammer(StructuredShutdown shutdown) throws InterruptedException {
        CountDownLatch served = new CountDownLatch(2);
        for (int client = 1; client <= 2; client++) {
            Thread.ofPlatform()
                    .daemon(true)
                    .name("client-" + client)
                    .start(
                            () -> {
                                while (true) {
                                    if (shutdown.requests().enter("GET /") instanceof Permit in) {
                                        in.close();
                                        served.countDown();
                                    }
                                }
                            });
        }
        served.await();
    }

    private static boolean stick() {
        ShortBudget.deaf();
        return true;
    }

    private static void fail() {
        throw new IllegalStateException("cannot close");
    }
}
