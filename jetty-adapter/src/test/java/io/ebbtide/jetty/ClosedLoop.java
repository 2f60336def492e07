package io.ebbtide.jetty;

import io.ebbtide.jetty.Answer.Ending;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import javax.net.ssl.SSLException;

/**
 * Clients that each send the next request as soon as they have the answer of the last, or some time
 * later, on connections that they keep as long as the server does, until a connection is refused. They
 * retry nothing. With HTTP/2 each sends several at once.
 */
final class ClosedLoop {

    private static final String[] PATHS = {
        "/fast", "/slow", "/fast", "/stream", "/fast", "/fast", "/slow", "/fast", "/slow", "/fast"
    };
    private static final int STREAMS = 3;

    /** Behind the name of an answer to somebody who has not asked for a while. */
    static final String AFTER_PAUSE = " after a pause";

    private final Wire wire;
    private final int port;
    private final Duration thinking;
    private final Duration pause;
    private final CountDownLatch underWay;

    /** Never opens: what waits for it waits for its time. */
    private final CountDownLatch never = new CountDownLatch(1);

    private final AtomicLong ids = new AtomicLong();
    private final Map<String, LongAdder> account = new ConcurrentSkipListMap<>();
    private final Set<String> served = ConcurrentHashMap.newKeySet();
    private final Set<String> untouched = ConcurrentHashMap.newKeySet();
    private final List<Thread> clients = new ArrayList<>();

    /**
     * Begins.
     *
     * @param thinking the longest time between an answer and the next request
     * @param pause who asks again so long after the request before is counted apart if that is turned down
     * @param answers after how many answers {@link #awaitUnderWay} returns
     */
    ClosedLoop(
            Wire wire, int port, int connections, Duration thinking, Duration pause, int answers) {
        this.wire = wire;
        this.port = port;
        this.thinking = thinking;
        this.pause = pause;
        this.underWay = new CountDownLatch(answers);
        for (int i = 0; i < connections; i++) {
            Loop loop = new Loop(i);
            clients.add(Thread.ofPlatform().daemon(true).start(loop::untilRefused));
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

    /** {@return the ids of the requests that have a whole answer} */
    Set<String> served() {
        return served;
    }

    /** {@return the ids of those of which the server has said that it did nothing} */
    Set<String> untouched() {
        return untouched;
    }

    private void count(String what) {
        account.computeIfAbsent(what, _ -> new LongAdder()).increment();
    }

    /** What is known of a request that has been sent. */
    private record Sent(String path, String id, String connection, boolean afterPause) {}

    /** One client. */
    private final class Loop {

        private final Random random;
        private int next;

        /** When it began to connect, or to send what it sent last; of {@link System#nanoTime}. */
        private long lastAsked;

        Loop(int number) {
            random = new Random(number);
            next = number;
        }

        void untilRefused() {
            try {
                while (true) {
                    lastAsked = System.nanoTime();
                    Socket socket = open();
                    if (socket == null) {
                        count("refused");
                        return;
                    }
                    try (Client client = begin(socket)) {
                        if (client != null) {
                            untilClosed(client);
                        }
                    }
                    thinkAlone();
                }
            } catch (Exception unexpected) {
                count("failed: " + unexpected);
            }
        }

        /** {@return null if the connection was refused} */
        private Socket open() throws IOException {
            try {
                return RawClient.open(port);
            } catch (ConnectException refused) {
                return null;
            }
        }

        /** {@return null if the connection was cut before it could be talked on} */
        private Client begin(Socket socket) throws IOException {
            try {
                return wire.talk(socket);
            } catch (SocketException | SSLException cut) {
                socket.close();
                count(isAfterPause(lastAsked) ? "not begun" + AFTER_PAUSE : "not begun: " + cut);
                return null;
            }
        }

        private void untilClosed(Client client) throws IOException {
            String connection = "new";
            boolean open = true;
            while (open) {
                open = exchange(client, connection) && !client.isToldToLeave() && think(client);
                connection = "used";
            }
        }

        /** {@return false if the server has closed the connection meanwhile} */
        private boolean think(Client client) throws IOException {
            return thinking.isZero() || client.idle(nextPause());
        }

        /** Without a connection: the last one is over. */
        private void thinkAlone() throws InterruptedException {
            if (!thinking.isZero()) {
                boolean _ = never.await(nextPause().toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        private Duration nextPause() {
            return Duration.ofMillis(random.nextLong(thinking.toMillis()));
        }

        private boolean exchange(Client client, String connection) throws IOException {
            long before = lastAsked;
            lastAsked = System.nanoTime();
            List<Sent> sent = new ArrayList<>();
            boolean open = true;
            for (int i = 0; open && i < (wire.isHttp2() ? STREAMS : 1); i++) {
                String path = PATHS[next++ % PATHS.length];
                String id = nextId();
                try {
                    client.get(path + "?" + id);
                } catch (SocketException | SSLException closed) {
                    open = false; // what has come back before says why
                }
                sent.add(new Sent(path, id, connection, isAfterPause(before)));
            }
            for (Sent one : sent) {
                Answer answer = client.receive();
                take(one, answer);
                open &= answer.ending() == Ending.COMPLETE;
            }
            return open;
        }

        private boolean isAfterPause(long before) {
            return System.nanoTime() - before > pause.toNanos();
        }

        private String nextId() {
            return Long.toString(ids.incrementAndGet());
        }

        private void take(Sent one, Answer answer) {
            String outcome = outcome(one, answer);
            switch (outcome) {
                case "served" -> {
                    served.add(one.id());
                    count(outcome);
                }
                case "503", "retryable" -> {
                    untouched.add(one.id());
                    count(one.afterPause() ? outcome + AFTER_PAUSE : outcome);
                }
                default -> count(outcome);
            }
            underWay.countDown();
        }

        private static String outcome(Sent one, Answer answer) {
            if (answer.isUnavailable()) {
                return "503";
            }
            if (answer.ending() == Ending.RETRYABLE) {
                return "retryable";
            }
            if (answer.ending() != Ending.COMPLETE) {
                return answer.ending() + " " + one.path() + " on a " + one.connection() + " one";
            }
            boolean right = answer.isServed() && answer.body().equals(one.path().repeat(100));
            return right ? "served" : "wrong";
        }
    }
}
