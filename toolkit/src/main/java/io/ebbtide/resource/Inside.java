package io.ebbtide.resource;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds who is inside a library. Sees platform threads only: the JVM does not list virtual ones. */
final class Inside {

    private static final int NAMES = 5;

    private Inside() {}

    /** {@return the names of threads that are inside classes whose names begin so, as the end of a sentence; may be empty} */
    static String threadsIn(String prefix) {
        String names =
                Thread.getAllStackTraces().entrySet().stream()
                        .filter(thread -> isInside(thread, prefix))
                        .map(thread -> thread.getKey().getName())
                        .sorted()
                        .limit(NAMES)
                        .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : "; inside: " + names;
    }

    private static boolean isInside(Map.Entry<Thread, StackTraceElement[]> thread, String prefix) {
        return Arrays.stream(thread.getValue())
                .anyMatch(frame -> frame.getClassName().startsWith(prefix));
    }
}
