package io.ebbtide.jetty.demo;

import java.io.PrintStream;

/**
 * Tells what happens, with the seconds since the start in front. Safe for any number of threads.
 */
final class Narrator {

    private final PrintStream out;
    private final long startedAt = System.nanoTime();

    Narrator(PrintStream out) {
        this.out = out;
    }

    /** Tells one event. */
    void tell(String event) {
        out.println("%6.2f s  %s".formatted(seconds(), event));
    }

    /** Passes on a line that the service printed. */
    void service(String line) {
        out.println("    | " + line);
    }

    /** Prints text that stands for itself. */
    void print(String text) {
        out.println(text);
    }

    double seconds() {
        return (System.nanoTime() - startedAt) / 1e9;
    }
}
