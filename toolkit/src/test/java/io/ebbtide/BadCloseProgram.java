package io.ebbtide;

import java.util.ArrayList;
import java.util.List;

/** A service one of whose resources does not close as it should, for {@link BadCloseTest}. */
final class BadCloseProgram {

    private BadCloseProgram() {}

    /** Runs until a signal comes; its argument says what is wrong with the close. */
    public static void main(String[] arguments) throws Exception {
        StructuredShutdown shutdown = ShortBudget.open();
        shutdown.register(ShortBudget.first("bad", () -> close(arguments[0])));
        shutdown.hooks().flush("metrics", () -> System.out.println("flushed"));
        shutdown.handleSignals();
        ShortBudget.ready();
    }

    private static void close(String how) throws Exception {
        switch (how) {
            case "is deaf" -> ShortBudget.deaf();
            case "spins" -> ShortBudget.spin();
            case "is in native code" -> {
                int read = System.in.read(); // the pipe stays empty
                System.out.println("read " + read);
            }
            case "throws OutOfMemoryError" -> throw new OutOfMemoryError("said the close");
            case "uses up the memory" -> useUp(new ArrayList<>());
            case "uses up the memory and keeps it" -> keepAll(new ArrayList<>());
            default -> throw new IllegalArgumentException(how);
        }
    }

    private static void useUp(List<byte[]> blocks) {
        while (true) {
            blocks.add(new byte[1 << 20]);
        }
    }

    private static void keepAll(List<byte[]> blocks) {
        for (int size = 1 << 20; size > 16; size /= 2) {
            try {
                while (true) {
                    blocks.add(new byte[size]);
                }
            } catch (OutOfMemoryError full) {
                System.out.println("full");
            }
        }
        ShortBudget.deaf();
    }
}
