package io.ebbtide.jetty.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Clients side by side, each on a virtual thread, that ask until the service closes its door.
 * Everyone's requests are the same in every run; only their timing differs.
 */
final class Load implements AutoCloseable {

    /** Mostly fast requests, some slow ones, some streams and some orders. */
    static final List<Call> FULL_MIX =
            List.of(
                    Call.FAST,
                    Call.FAST,
                    Call.FAST,
                    Call.FAST,
                    Call.FAST, //
                    Call.SLOW,
                    Call.SLOW,
                    Call.STREAM,
                    Call.ORDER,
                    Call.ORDER);

    /** The same without orders, for a server that takes none. */
    static final List<Call> PAGES_ONLY =
            FULL_MIX.stream().filter(call -> call != Call.ORDER).toList();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> clients = new ArrayList<>();

    private Load() {}

    static Load start(int clients, int port, List<Call> mix, Tally tally) {
        Load load = new Load();
        for (int i = 0; i < clients; i++) {
            load.add(new LoadClient(port, mix, new Random(i), tally));
        }
        return load;
    }

    /** Starts another client beside the others. */
    void add(Runnable client) {
        clients.add(threads.submit(client));
    }

    /**
     * Waits until every client has found the door closed.
     *
     * @throws ExecutionException if a client failed in a way that it could not account for
     * @throws TimeoutException if a client still waits for an answer at the limit
     */
    void awaitEnd(Duration limit)
            throws InterruptedException, ExecutionException, TimeoutException {
        long end = System.nanoTime() + limit.toNanos();
        for (Future<?> client : clients) {
            client.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
