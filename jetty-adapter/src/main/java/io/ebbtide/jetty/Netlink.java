package io.ebbtide.jetty;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A question to the kernel about its sockets. Not to be asked unless {@link SocketCalls#arePossible}.
 *
 * <p>Source: Linux, {@code include/uapi/linux/netlink.h} and {@code sock_diag.h}. A message is: its
 * length with this head, type, flags, number, port; then what it says, and padding to four bytes.
 */
final class Netlink {

    /** Of a message. */
    private static final int HEAD = 16;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int MSG_DONTWAIT = 0x40;

    private static final short SOCK_DIAG_BY_FAMILY = 20;
    private static final short NLM_F_REQUEST_DUMP = 0x301;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;

    /** More than the kernel puts into one answer. */
    private static final int LARGEST = 64 * 1024;

    private Netlink() {}

    /**
     * Asks and returns at once, since the kernel answers inside of the calls.
     *
     * @param question what the message says
     * @return what the answers say, each in the machine's byte order
     * @throws IOException if the kernel does not answer: it lacks this part, or forbids it
     */
    static List<ByteBuffer> ask(byte[] question) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int socket =
                    (int)
                            Linked.SOCKET.invokeExact(
                                    AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG);
            if (socket < 0) {
                throw new IOException("no netlink socket");
            }
            try {
                MemorySegment message = arena.allocateFrom(JAVA_BYTE, message(question));
                long size = message.byteSize();
                if ((long) Linked.SEND.invokeExact(socket, message, size, 0) != size) {
                    throw new IOException("the kernel takes no question about sockets");
                }
                return answers(socket, arena.allocate(LARGEST));
            } finally {
                int _ = (int) Linked.CLOSE.invokeExact(socket);
            }
        } catch (IOException | RuntimeException | Error known) {
            throw known;
        } catch (Throwable broken) {
            throw new IllegalStateException("netlink cannot be called", broken);
        }
    }

    private static byte[] message(byte[] question) {
        return ByteBuffer.allocate(HEAD + question.length)
                .order(ByteOrder.nativeOrder())
                .putInt(HEAD + question.length)
                .putShort(SOCK_DIAG_BY_FAMILY)
                .putShort(NLM_F_REQUEST_DUMP)
                .putLong(0)
                .put(question)
                .array();
    }

    private static List<ByteBuffer> answers(int socket, MemorySegment space) throws Throwable {
        List<ByteBuffer> answers = new ArrayList<>();
        while (true) {
            long size = (long) Linked.RECV.invokeExact(socket, space, (long) LARGEST, MSG_DONTWAIT);
            if (size < HEAD) {
                throw new IOException("the kernel does not answer about sockets");
            }
            byte[] bytes = space.asSlice(0, size).toArray(JAVA_BYTE);
            if (addTo(answers, ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()))) {
                return answers;
            }
        }
    }

    /** {@return whether that was the end} */
    private static boolean addTo(List<ByteBuffer> answers, ByteBuffer messages) throws IOException {
        int at = 0;
        while (messages.limit() - at >= HEAD) {
            int length = messages.getInt(at);
            switch (messages.getShort(at + Integer.BYTES)) {
                case NLMSG_DONE -> {
                    return true;
                }
                case NLMSG_ERROR ->
                        throw new IOException("the kernel refuses to answer about sockets");
                default ->
                        answers.add(
                                messages.slice(at + HEAD, length - HEAD)
                                        .order(ByteOrder.nativeOrder()));
            }
            at += length + 3 & ~3;
        }
        return false;
    }

    /** Linked at the first question. */
    private static final class Linked {

        static final MethodHandle SOCKET =
                SocketCalls.link(
                        "socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        static final MethodHandle SEND =
                SocketCalls.link(
                        "send",
                        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        static final MethodHandle RECV =
                SocketCalls.link(
                        "recv",
                        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        static final MethodHandle CLOSE =
                SocketCalls.link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }
}
