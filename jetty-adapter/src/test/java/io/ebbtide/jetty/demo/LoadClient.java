package io.ebbtide.jetty.demo;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * One client: asks, reads the whole answer, thinks for a moment, asks again, over one connection as
 * long as the service keeps it. It opens a new one when an answer says {@code close} and when its
 * connection broke, retries nothing, and ends when the door is closed.
 */
final class LoadClient implements Runnable {

    private static final int LONGEST_THOUGHT_MILLIS = 10;

    private final int port;
    private final List<Call> mix;
    private final Random random;
    private final Tally tally;
    private @Nullable ClientConnection connection;

    LoadClient(int port, List<Call> mix, Random random, Tally tally) {
        this.port = port;
        this.mix = mix;
        this.random = random;
        this.tally = tally;
    }

    @Override
    public void run() {
        try {
            while (ask(mix.get(random.nextInt(mix.size())))) {
                Thread.sleep(Duration.ofMillis(random.nextInt(LONGEST_THOUGHT_MILLIS)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            hangUp();
        }
    }

    /** Makes one request; {@return whether to go on} */
    private boolean ask(Call call) {
        tally.sending();
        try {
            ClientConnection open = connected();
            judge(call, open.exchange(call.bytes()));
            return true;
        } catch (ConnectException e) {
            foundDoorClosed(call, e);
            return false;
        } catch (IOException e) {
            tally.complain(Outcome.LOST, call + " while connecting: " + e.getMessage());
            return false;
        }
    }

    private ClientConnection connected() throws IOException {
        ClientConnection open = connection;
        if (open == null) {
            open = ClientConnection.open(port);
            connection = open;
        }
        return open;
    }

    private void foundDoorClosed(Call call, ConnectException why) {
        if (tally.isSignalled()) {
            tally.refused(Outcome.REFUSED_AT_THE_DOOR);
        } else {
            tally.complain(Outcome.LOST, call + " at a closed door: " + why.getMessage());
        }
    }

    private void judge(Call call, Received received) {
        Outcome outcome = call.outcome(received);
        switch (outcome) {
            case ANSWERED -> answered(call, received);
            case REFUSED_AT_THE_DOOR, REFUSED_WITH_503 -> tally.refused(outcome);
            case LOST, TRUNCATED, WRONG -> complain(outcome, call, received);
        }
        if (!(received instanceof Received.Whole(Reply reply)) || reply.announcesClose()) {
            hangUp();
        }
    }

    private void answered(Call call, Received received) {
        if (call == Call.ORDER && received instanceof Received.Whole(Reply reply)) {
            tally.acknowledged(Long.parseLong(reply.body()));
        } else {
            tally.answered();
        }
    }

    private void complain(Outcome outcome, Call call, Received received) {
        int number = connection == null ? 0 : connection.requests();
        tally.complain(
                outcome,
                "%s, request %d on its connection: %s".formatted(call, number, received.detail()));
    }

    private void hangUp() {
        ClientConnection open = connection;
        connection = null;
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (IOException _) {
            // The connection has told all it had to tell: its last request is already counted.
        }
    }
}
