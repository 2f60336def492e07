package io.ebbtide.benchmarks;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

import java.io.IOException;

/**
 * Runs the benchmarks with JMH's own arguments, and fails when one of them could not be measured.
 *
 * <p>JMH's own main class prints an empty table and exits with 0 when its forks die.
 */
final class Benchmarks {

    private Benchmarks() {}

    public static void main(String[] args)
            throws CommandLineOptionException, RunnerException, IOException {
        var arguments = new CommandLineOptions(args);
        var runner =
                new Runner(new OptionsBuilder().parent(arguments).shouldFailOnError(true).build());
        if (arguments.shouldHelp()) {
            arguments.showHelp();
        } else if (arguments.shouldList()) {
            runner.list();
        } else {
            runner.run();
        }
    }
}
