package io.ebbtide.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;

import io.ebbtide.architecture.wrong.FrontDoor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A checker that cannot fail is silent about it: every rule is shown a wrong class. */
class HouseRulesTest {

    private static final String WRONG = FrontDoor.class.getPackageName();
    private static final JavaClasses MISTAKES = new ClassFileImporter().importPackages(WRONG);

    @ParameterizedTest
    @MethodSource
    void catches(ArchRule rule, String mistake) {
        String report = String.join("\n", rule.evaluate(MISTAKES).getFailureReport().getDetails());

        assertThat(report).contains(WRONG + mistake);
    }

    static Stream<Arguments> catches() {
        ArchRule arrows = HouseRules.arrowsPointOneWay(WRONG);
        ArchRule clock = HouseRules.clockAndSleepOnlyIn();
        return Stream.of(
                argumentSet(
                        "a part that sees the front door", arrows, ".resource.KnowsTheFrontDoor"),
                argumentSet("work that sees report", arrows, ".work.KnowsReport"),
                argumentSet(
                        "a package outside the picture",
                        HouseRules.everythingIsInAPackageOf(WRONG),
                        ".stray.Stray"),
                argumentSet("the clock, by reference", clock, ".Mistakes$ReadsTheClock"),
                argumentSet("sleep", clock, ".Mistakes$Sleeps"),
                argumentSet("park", clock, ".Mistakes$Parks"),
                argumentSet("now()", HouseRules.noWallClock(), ".Mistakes$ReadsTheWallClock"),
                argumentSet(
                        "currentTimeMillis()",
                        HouseRules.noWallClock(),
                        ".Mistakes$ReadsTheMilliseconds"),
                argumentSet("exit", HouseRules.exitOnlyIn(), ".Mistakes$Exits"),
                argumentSet("halt", HouseRules.exitOnlyIn(), ".Mistakes$Halts"),
                argumentSet(
                        "the signal API, by its name in a string",
                        HouseRules.signalNamedOnlyIn(),
                        ".Mistakes$NamesTheSignal"),
                argumentSet(
                        "an API that its users cannot read",
                        ModuleRules.of("io.ebbtide").onlyOffersWhatUsersCanRead(),
                        ".Mistakes$OffersAForeignType"));
    }

    @Test
    void catchesAPublicTypeWithoutAComment(@TempDir Path sources, @TempDir Path classes)
            throws Exception {
        Path file = sources.resolve("Mute.java");
        Files.writeString(file, "/** Speaks. */ public interface Mute {\n    void silence();\n}\n");

        assertThat(DocumentationRules.undocumented(sources, classes)).containsExactly(file + ":2");
    }
}
