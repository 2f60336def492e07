package io.ebbtide.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

/** A row of the conformance table is worth something only while its test is there. */
class NamedTestsTest {

    private static final Path CONFORMANCE = Path.of("..", "docs", "conformance.md");

    @Test
    void areAllThere() throws Exception {
        assertThat(NamedTests.missing(CONFORMANCE)).isEmpty();
    }

    @Test
    void areMissedWithoutTheirTestOrFile(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Some.java"), "class Some { void there() {} }");
        Path document = folder.resolve("table.md");
        Files.writeString(
                document,
                "[Some](Some.java) `there` [Some](Some.java) `gone` [No](No.java) `there`");

        assertThat(NamedTests.missing(document)).containsExactly("Some.java gone", "No.java there");
    }
}
