package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The README's program for a plain {@code main} runs as it stands there. */
@Battery
class RecipeTest {

    private static final Path README = Path.of("..", "README.md");
    private static final String HEADING = "### A plain `main`";
    private static final List<String> IMPORTS =
            List.of(
                    "import com.zaxxer.hikari.HikariDataSource;",
                    "import io.ebbtide.StandaloneShutdown;");

    /** {@return the first block of Java below the heading} */
    private static List<String> recipe() throws Exception {
        return Files.readAllLines(README).stream()
                .dropWhile(line -> !line.equals(HEADING))
                .dropWhile(line -> !line.equals("```java"))
                .skip(1)
                .takeWhile(line -> !line.equals("```"))
                .toList();
    }

    @Test
    void hasTwelveLines() throws Exception {
        assertThat(recipe()).hasSize(12);
    }

    @Test
    void drainsAndClosesItsPoolWhenItGetsSigterm(@TempDir Path folder) throws Exception {
        Path program = folder.resolve("Orders.java");
        Files.writeString(
                program, String.join("\n", IMPORTS) + "\n" + String.join("\n", recipe()) + "\n");

        try (ChildJvm child =
                ChildJvm.launch(
                        ChildJvm.DEFAULT_SIGNALS,
                        List.of(),
                        ChildJvm.Errors.WITH_OUTPUT,
                        program.toString())) {
            ChildJvm.End end = child.awaitLine("order").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isZero();
            assertThat(end.lines())
                    .anyMatch(line -> line.contains("shutdown (signal TERM): SUCCESSFUL"))
                    .anyMatch(line -> line.contains("database"));
        }
    }
}
