package io.ebbtide.jetty;

import io.ebbtide.jetty.Answer.Ending;

import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * Clients that each send the next request as soon as they have the answer of the last, on connections
 * that they keep as long as the server does, until a connection is refused. They retry nothing.
 */
final class ClosedLoop {

    private static final String[] PATHS = {
        "/fast", "/slow", "/fast", "/stream", "/fast", "/fast", "/slow", "/fast", "/slow", "/fast"
    };

    private final int port;
    private final CountDownLatch underWay;
    private final Map<String, LongAdder> account = new ConcurrentSkipListMap<>();
    private final List<Thread> clients = new ArrayList<>();

    /**
     * Begins.
     *
     * @param answers after how many answers {@link #awaitUnderWay} returns
     */
    ClosedLoop(int port, int connections, int answers) {
        this.port = port;
        this.underWay = new CountDownLatch(answers);
        for (int i = 0; i < connections; i++) {
            int first = i;
            clients.add(Thread.ofPlatform().daemon(true).start(() -> untilRefused(first)));
        }
    }

    void awaitUnderWay() throws InterruptedException {
        underWay.await();
    }

    /** Waits until all clients have been refused. {@return how often what happened} */
    Map<String, Long> account() throws InterruptedException {
        for (Thread client : clients) {
            client.join();
        }
        Map<String, Long> sums = new ConcurrentSkipListMap<>();
        account.forEach((what, count) -> sums.put(what, count.sum()));
        return sums;
    }

    private void untilRefused(int first) {
        try {
            int next = first;
            while (true) {
                try (RawClient client = RawClient.connect(port)) {
                    next = untilClosed(client, next);
                }
            }
        } catch (SocketException refused) { // or reset in the handshake: nothing has been sent
            count("refused");
        } catch (Exception unexpected) {
            count("failed: " + unexpected);
        }
    }

    private int untilClosed(RawClient client, int first) throws IOException {
        int next = first;
        boolean open = true;
        while (open) {
            String path = PATHS[next++ % PATHS.length];
            Answer answer = client.exchange(path);
            count(outcome(path, answer, next == first + 1 ? "new" : "used"));
            underWay.countDown();
            open = answer.ending() == Ending.COMPLETE && !answer.saysClose();
        }
        return next;
    }

    private static String outcome(String path, Answer answer, String connection) {
        if (answer.isUnavailable()) {
            return "503";
        }
        if (answer.ending() != Ending.COMPLETE) {
            return answer.ending() + " " + path + " on a " + connection + " connection";
        }
        return answer.isServed() && answer.body().equals(path.repeat(100)) ? "served" : "wrong";
    }

    private void count(String what) {
        account.computeIfAbsent(what, _ -> new LongAdder()).increment();
    }
}
