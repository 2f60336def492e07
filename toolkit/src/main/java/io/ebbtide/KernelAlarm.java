package io.ebbtide;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.Set;

/**
 * The kernel's own timer for this process. When it rings the kernel ends the process by SIGALRM, whatever the JVM is doing:
 * also if it waits in vain for one of its threads, which keeps even {@link Runtime#halt} from happening.
 *
 * <p>HotSpot leaves SIGALRM alone, and what that signal does by default is to end the process. A process that has been
 * started with it ignored has no such alarm.
 */
final class KernelAlarm {

    private static final Set<String> PROCESSORS = Set.of("amd64", "aarch64");

    /** Source: Linux, {@code include/uapi/linux/time.h}. */
    private static final int ITIMER_REAL = 0;

    /** None of them: the kernel says so and does nothing. */
    private static final int NO_TIMER = -1;

    private KernelAlarm() {}

    /** The call, linked when it is first needed. */
    private static final class Linked {

        private static final MethodHandle SETITIMER = link();

        @SuppressWarnings("restricted") // isPossible() has asked
        private static MethodHandle link() {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("setitimer"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS));
        }
    }

    /** {@return whether the machine has this call and the JVM allows it without a warning} */
    static boolean isPossible() {
        return System.getProperty("os.name").equals("Linux")
                && PROCESSORS.contains(System.getProperty("os.arch"))
                && KernelAlarm.class.getModule().isNativeAccessEnabled();
    }

    /** Has the kernel end this process after {@code delay}, which is more than zero. Does nothing where it is not possible. */
    static void ringIn(Duration delay) {
        if (isPossible()) {
            set(ITIMER_REAL, delay.toSeconds(), delay.toNanosPart() / 1_000);
        }
    }

    /** Takes the timer back. */
    static void silence() {
        if (isPossible()) {
            set(ITIMER_REAL, 0, 0);
        }
    }

    /** Sets nothing, but links what is needed for it: a signal may have come by now, and an alarm been set. */
    static void rehearse() {
        if (isPossible()) {
            set(NO_TIMER, 0, 0);
        }
    }

    private static void set(int which, long seconds, long micros) {
        try (Arena arena = Arena.ofConfined()) {
            // struct itimerval: two of struct timeval, the interval and the value
            MemorySegment timer = arena.allocateFrom(ValueLayout.JAVA_LONG, 0, 0, seconds, micros);
            int failed = (int) Linked.SETITIMER.invokeExact(which, timer, MemorySegment.NULL);
            if (failed != 0 && which != NO_TIMER) {
                throw new IllegalArgumentException(
                        "the kernel takes no alarm in " + seconds + " s");
            }
        } catch (Throwable broken) {
            System.err.println("ebbtide: the kernel's alarm cannot be set: " + broken);
        }
    }
}
