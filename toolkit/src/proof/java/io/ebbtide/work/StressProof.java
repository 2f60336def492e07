package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The core on real cores, under jcstress, which lets two threads meet some millions of times in JVMs that compile them
 * differently.
 *
 * <p>What jcstress prints is in {@code target/proof}. Tests with more actors than there are cores do not run.
 */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class StressProof {

    private static final Path REPORTS = Path.of("target", "proof").toAbsolutePath();

    /** How hard. Source: with the mode "sanity" wrong designs went unnoticed. */
    private static final String OPTIONS =
            System.getProperty("proof.stress", "-m quick -f 1 -iters 2 -time 400");

    @ParameterizedTest
    @ValueSource(
            classes = {
                GateStress.class,
                GoodbyeStress.class,
                InterruptStress.class,
                WakeUpStress.class,
                ConnectionStress.class
            })
    void showsNothingThatIsForbidden(Class<?> tests) throws Exception {
        Run run = run(tests);

        assertThat(run.output()).contains("Failed tests: No matches", "Error tests: No matches");
        assertThat(run.status()).isZero();
    }

    @ParameterizedTest
    @MethodSource
    void catches(Class<?> wrongDesign) throws Exception {
        Run run = run(wrongDesign);

        assertThat(run.output()).contains("Observed forbidden state").contains("[FAILED]");
        assertThat(run.status()).isNotZero();
    }

    static Stream<Class<?>> catches() {
        return Arrays.stream(WrongStress.class.getDeclaredClasses());
    }

    private record Run(int status, String output) {}

    private static Run run(Class<?> tests) throws Exception {
        Files.createDirectories(REPORTS);
        Path output = REPORTS.resolve(tests.getSimpleName() + ".txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Collections.addAll(command, "-cp", System.getProperty("java.class.path"));
        command.add("org.openjdk.jcstress.Main");
        Collections.addAll(command, OPTIONS.split(" "));
        Collections.addAll(command, "-t", tests.getCanonicalName().replace(".", "\\.") + "\\b");
        Collections.addAll(command, "-r", REPORTS.resolve(tests.getSimpleName()).toString());
        Process jcstress =
                new ProcessBuilder(command)
                        .directory(REPORTS.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            return new Run(jcstress.waitFor(), Files.readString(output));
        } finally {
            jcstress.descendants().forEach(ProcessHandle::destroyForcibly);
            jcstress.destroyForcibly();
        }
    }
}
