package io.ebbtide.jetty;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes Linux leave handshakes unfinished: a client is connected, and the server hears of it with the first byte
 * that it sends ({@code TCP_DEFER_ACCEPT}).
 */
final class DeferredAccept {

    private static final int IPPROTO_TCP = 6;
    private static final int TCP_DEFER_ACCEPT = 9;
    private static final int SECONDS = 60;

    private DeferredAccept() {}

    @SuppressWarnings("restricted")
    static void on(ServerSocketChannel listener) throws Throwable {
        Linker linker = Linker.nativeLinker();
        var setsockopt =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("setsockopt"),
                        FunctionDescriptor.of(
                                JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment seconds = arena.allocateFrom(JAVA_INT, SECONDS);
            int failed =
                    (int)
                            setsockopt.invokeExact(
                                    descriptor(listener),
                                    IPPROTO_TCP,
                                    TCP_DEFER_ACCEPT,
                                    seconds,
                                    Integer.BYTES);
            if (failed != 0) {
                throw new IOException("the kernel does not defer");
            }
        }
    }

    private static int descriptor(ServerSocketChannel listener) throws IOException {
        String socket = "socket:[" + inode(listener.socket().getLocalPort()) + "]";
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path file : files) {
                if (isLinkTo(socket, file)) {
                    return Integer.parseInt(file.getFileName().toString());
                }
            }
        }
        throw new IOException("no descriptor of " + listener);
    }

    private static boolean isLinkTo(String target, Path file) throws IOException {
        try {
            return Files.readSymbolicLink(file).toString().equals(target);
        } catch (NoSuchFileException closedMeanwhile) {
            return false;
        }
    }

    /** The tenth column of the line of the socket that listens (state 0A) at {@code port}. */
    private static String inode(int port) throws IOException {
        for (String list : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(list))) {
                String[] fields = line.strip().split(" +", -1);
                if (fields[1].endsWith(":%04X".formatted(port)) && fields[3].equals("0A")) {
                    return fields[9];
                }
            }
        }
        throw new IOException("nobody listens at " + port);
    }
}
