package io.ebbtide.benchmarks;

import io.ebbtide.benchmarks.ServedJetty.Kind;
import io.ebbtide.benchmarks.ServedJetty.Threads;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/**
 * How long after the last byte of the last answer is a process gone, and how long with Jetty's own graceful stop?
 *
 * <p>The aim: the medians are at most 40 ms apart.
 *
 * <p>A program of its own and not JMH's, so that both take turns. Each round starts a process of each kind, asks it some hundred
 * times, leaves it at rest for a second, has one slow request come in, sends SIGTERM, and measures from the last byte at
 * the client, which then closes its connection as it was told to, until the process has gone. No lame-duck time.
 *
 * <p>Argument: how many rounds; 21 if there is none.
 */
final class LastByteBenchmark {

    private static final int REQUESTS_BEFORE = 200;
    private static final long REST_MILLIS = 1_000;

    private LastByteBenchmark() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length == 0 ? 21 : Integer.parseInt(arguments[0]);
        Map<Kind, Sample> millis = new EnumMap<>(Kind.class);
        millis.put(Kind.JETTYS_OWN, new Sample());
        millis.put(Kind.WRAPPED, new Sample());
        for (int i = 0; i < rounds; i++) {
            Kind first = i % 2 == 0 ? Kind.JETTYS_OWN : Kind.WRAPPED;
            Kind second = i % 2 == 0 ? Kind.WRAPPED : Kind.JETTYS_OWN;
            millis.get(first).add(lastByteUntilGone(first));
            millis.get(second).add(lastByteUntilGone(second));
        }
        millis.forEach(
                (kind, sample) ->
                        System.out.println(
                                kind + ", last byte until gone, ms: " + sample.text("%.1f")));
    }

    private static double lastByteUntilGone(Kind kind) throws IOException, InterruptedException {
        try (JavaProcess process =
                JavaProcess.start(
                        ServedJetty.class, kind.name(), Threads.VIRTUAL_HANDLERS.name())) {
            int port = Integer.parseInt(process.after(ServedJetty.LISTENING));
            long lastByte;
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setTcpNoDelay(/* on= */ true);
                for (int i = 0; i < REQUESTS_BEFORE; i++) {
                    ask(socket, ServedJetty.TINY);
                    awaitLastByte(socket);
                }
                Thread.sleep(REST_MILLIS);
                ask(socket, ServedJetty.SLOW);
                String _ = process.after(ServedJetty.SERVING);
                process.terminate();
                awaitLastByte(socket);
                lastByte = System.nanoTime();
            }
            int status = process.awaitEnd();
            long gone = System.nanoTime();
            if (status != kind.statusAfterSigterm()) {
                throw new IOException(kind + ": the process ended with " + status);
            }
            return (gone - lastByte) / 1e6;
        }
    }

    private static void awaitLastByte(Socket socket) throws IOException {
        byte[] bytes = new byte[1 << 12];
        int length = 0;
        int whole = Integer.MAX_VALUE;
        while (length < whole) {
            int count = socket.getInputStream().read(bytes, length, bytes.length - length);
            if (count < 0) {
                throw new EOFException("the answer was cut");
            }
            length += count;
            String text = new String(bytes, 0, length, StandardCharsets.US_ASCII);
            int head = text.indexOf("\r\n\r\n");
            if (head >= 0) {
                whole = head + 4 + ServedJetty.BODY_BYTES;
            }
        }
    }

    private static void ask(Socket socket, String path) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: bench\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }
}
