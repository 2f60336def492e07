package io.ebbtide.jetty;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.util.Set;

/**
 * Three calls of the C library on a socket's file descriptor, with Linux's numbers. Not to be touched
 * unless {@link #arePossible}.
 *
 * <p>Source: Linux, {@code include/uapi/asm-generic/socket.h} and {@code linux/filter.h}; the numbers
 * are the same on the processors named here.
 */
final class SocketCalls {

    private static final Set<String> PROCESSORS = Set.of("amd64", "aarch64");

    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_ACCEPTCONN = 30;

    /** {@code struct sockaddr_storage}. */
    private static final int LONGEST_NAME = 128;

    /** {@code struct sock_filter}. */
    private static final int INSTRUCTION = 8;

    private SocketCalls() {}

    /** {@return whether the machine has these calls and the JVM allows them without a warning} */
    static boolean arePossible() {
        return System.getProperty("os.name").equals("Linux")
                && PROCESSORS.contains(System.getProperty("os.arch"))
                && SocketCalls.class.getModule().isNativeAccessEnabled();
    }

    /** {@return whether {@code descriptor} is a socket that listens} */
    static boolean listens(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocateFrom(ValueLayout.JAVA_INT, 0);
            MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, Integer.BYTES);
            int failed =
                    (int)
                            Linked.GETSOCKOPT.invokeExact(
                                    descriptor, SOL_SOCKET, SO_ACCEPTCONN, answer, size);
            return failed == 0 && answer.get(ValueLayout.JAVA_INT, 0) == 1;
        } catch (Throwable broken) {
            throw new IllegalStateException("getsockopt cannot be called", broken);
        }
    }

    /** {@return the {@code sockaddr} of a socket; empty if it has none} */
    static byte[] name(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(LONGEST_NAME);
            MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, LONGEST_NAME);
            int failed = (int) Linked.GETSOCKNAME.invokeExact(descriptor, name, size);
            int length = failed == 0 ? size.get(ValueLayout.JAVA_INT, 0) : 0;
            return name.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        } catch (Throwable broken) {
            throw new IllegalStateException("getsockname cannot be called", broken);
        }
    }

    /**
     * Puts a packet filter on a socket.
     *
     * @param program classic BPF, one {@code sock_filter} a number, in the machine's byte order
     * @return whether the kernel has taken it
     */
    static boolean filter(int descriptor, long[] program) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filter = arena.allocateFrom(ValueLayout.JAVA_LONG, program);
            // struct sock_fprog: a short, padding, a pointer
            MemorySegment fprog = arena.allocate(2 * ValueLayout.ADDRESS.byteSize(), INSTRUCTION);
            fprog.set(ValueLayout.JAVA_SHORT, 0, (short) program.length);
            fprog.set(ValueLayout.ADDRESS, ValueLayout.ADDRESS.byteSize(), filter);
            int failed =
                    (int)
                            Linked.SETSOCKOPT.invokeExact(
                                    descriptor,
                                    SOL_SOCKET,
                                    SO_ATTACH_FILTER,
                                    fprog,
                                    (int) fprog.byteSize());
            return failed == 0;
        } catch (Throwable broken) {
            throw new IllegalStateException("setsockopt cannot be called", broken);
        }
    }

    /** {@return a {@code sock_filter}: operation, how far to jump if true or false, operand} */
    static long instruction(int code, int ifTrue, int ifFalse, int operand) {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new IllegalStateException("written for the processors " + PROCESSORS);
        }
        return code | (long) ifTrue << 16 | (long) ifFalse << 24 | (long) operand << 32;
    }

    @SuppressWarnings("restricted") // arePossible() has asked
    static MethodHandle link(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    /** Linked at the first call and not before: where calls are not allowed, the JVM warns of that. */
    private static final class Linked {

        static final MethodHandle GETSOCKOPT =
                link(
                        "getsockopt",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS));
        static final MethodHandle SETSOCKOPT =
                link(
                        "setsockopt",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT));
        static final MethodHandle GETSOCKNAME =
                link(
                        "getsockname",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS));
    }
}
