package io.ebbtide.servlet.recipes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A recipe in a JVM of its own, which is sent a real signal. */
record Child(Process process, BufferedReader output, List<String> lines) implements AutoCloseable {

    static Child start(Class<?> main, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "env",
                                "--default-signal=INT,TERM,HUP",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture.delayedExecutor(100, TimeUnit.SECONDS).execute(process::destroyForcibly);
        return new Child(
                process,
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)),
                new ArrayList<>());
    }

    /** Waits for a line with such a text in it. {@return the text's first group} */
    String await(String text) throws IOException {
        Pattern wanted = Pattern.compile(text);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            Matcher matcher = wanted.matcher(line);
            if (matcher.find()) {
                return matcher.groupCount() == 0 ? line : matcher.group(1);
            }
        }
        throw new AssertionError("it has ended without '" + text + "': " + lines);
    }

    void terminate() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-TERM", Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Waits for its end. {@return its exit status} */
    int status() throws IOException, InterruptedException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
        }
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
