package io.ebbtide.jetty.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Streams of events, all open at the same time, each read to its end on a thread of its own. */
final class EventStreams implements AutoCloseable {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<EventReader.End>> ends = new ArrayList<>();

    /**
     * Opens streams and waits for the first event on each.
     *
     * @throws TimeoutException if one of them does not open
     */
    static EventStreams open(int count, int port) throws InterruptedException, TimeoutException {
        EventStreams streams = new EventStreams();
        CountDownLatch opened = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            streams.ends.add(streams.threads.submit(new EventReader(port, opened)));
        }
        if (!opened.await(10, TimeUnit.SECONDS)) {
            streams.close();
            throw new TimeoutException("%d event streams do not open".formatted(opened.getCount()));
        }
        return streams;
    }

    int count() {
        return ends.size();
    }

    /** Waits for all streams to end; {@return how many of them ended with a goodbye} */
    int awaitGoodbyes(Duration limit)
            throws InterruptedException, ExecutionException, TimeoutException {
        long end = System.nanoTime() + limit.toNanos();
        int goodbyes = 0;
        for (Future<EventReader.End> stream : ends) {
            switch (stream.get(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                case GOODBYE -> goodbyes++;
                case CUT -> {}
            }
        }
        return goodbyes;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
