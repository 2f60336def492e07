package io.ebbtide.examples;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.Fork;
import io.ebbtide.work.Permit;
import io.ebbtide.work.RequestScope;
import io.ebbtide.work.Subtasks;
import io.ebbtide.work.TimeSource;

import java.time.Duration;
import java.util.concurrent.ExecutionException;

/** A request that asks two others at the same time, and waits for neither longer than it may. */
public final class Example07RequestWithForks {

    private Example07RequestWithForks() {}

    public static void main(String[] arguments) throws Exception {
        try (StructuredShutdown shutdown = StructuredShutdown.open();
                Permit request = (Permit) shutdown.requests().enter("GET /offers/42")) {
            System.out.println(request.call(() -> offer(42)));
        }
    }

    // @start region="main"
    static String offer(int item) throws InterruptedException, ExecutionException {
        // two seconds, or what the draining service has left for this request
        Duration patience =
                RequestScope.current()
                        .flatMap(RequestScope::remaining)
                        .filter(left -> left.compareTo(Duration.ofSeconds(2)) < 0)
                        .orElse(Duration.ofSeconds(2));
        try (Subtasks both = Subtasks.open("offer", Subtasks.OnFailure.CANCEL_OTHERS)) {
            Fork<Integer> price = both.fork("price", () -> priceOf(item));
            Fork<Integer> stock = both.fork("stock", () -> stockOf(item));
            if (!both.join(Deadline.in(patience, TimeSource.system()))) {
                return "504 nobody answered in time"; // leaving the block interrupts who is late
            }
            both.ensureSucceeded();
            return "200 price " + price.get() + ", " + stock.get() + " in stock";
        }
    }

    // @end

    private static int priceOf(int item) {
        return item * 10;
    }

    private static int stockOf(int item) {
        return item / 6;
    }
}
