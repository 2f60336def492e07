package io.ebbtide;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The kinds of JVM that the battery of child processes runs in. */
enum Variation {
    /** As it comes. */
    PLAIN(""),
    /** With the collector that a machine with two processors gets. */
    G1("-XX:+UseG1GC"),
    /** With the collector that stops everything, and lets C2 leave polls out of counted loops. */
    PARALLEL("-XX:+UseParallelGC"),
    /** With one thread that carries all virtual ones. */
    ONE_CARRIER(
            "-Djdk.virtualThreadScheduler.parallelism=1"
                    + " -Djdk.virtualThreadScheduler.maxPoolSize=1"),
    /** With one processor, and, where that can be had, no other to run on. */
    ONE_CPU("-XX:ActiveProcessorCount=1");

    private static final Path TASKSET = Path.of("/usr/bin/taskset");

    private final String options;

    Variation(String options) {
        this.options = options;
    }

    /** {@return what its JVM is started with} */
    List<String> options() {
        return options.isEmpty() ? List.of() : List.of(options.split(" ", -1));
    }

    /** {@return what its JVM is started behind} */
    List<String> prefix() {
        return this == ONE_CPU && Files.isExecutable(TASKSET)
                ? List.of(TASKSET.toString(), "-c", firstProcessor())
                : List.of();
    }

    /** The first of those that this process may run on, which need not be number 0. */
    private static String firstProcessor() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .map(line -> line.replaceFirst("\\D*(\\d+).*", "$1"))
                    .findFirst()
                    .orElse("0");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
