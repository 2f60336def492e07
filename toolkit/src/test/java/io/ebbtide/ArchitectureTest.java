package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;

import io.ebbtide.architecture.DocumentationRules;
import io.ebbtide.architecture.HouseRules;
import io.ebbtide.architecture.ModuleRules;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

class ArchitectureTest {

    private static final JavaClasses CODE = HouseRules.codeOf(StructuredShutdown.class);

    @Test
    void arrowsPointOneWay() {
        HouseRules.everythingIsInAPackageOf("io.ebbtide").check(CODE);
        HouseRules.arrowsPointOneWay("io.ebbtide").check(CODE);
    }

    @Test
    void onlyTheTimeSourcesReadTheClockAndWait() {
        HouseRules.clockAndSleepOnlyIn("io.ebbtide.work.SystemTime", "io.ebbtide.work.FakeTime")
                .check(CODE);
        HouseRules.noWallClock().check(CODE);
    }

    @Test
    void onlyOneClassEndsTheProcess() {
        HouseRules.exitOnlyIn("io.ebbtide.ProcessExit").check(CODE);
    }

    @Test
    void onlyOneClassNamesTheSignalApi() {
        HouseRules.signalNamedOnlyIn("io.ebbtide.Signals").check(CODE);
    }

    @Test
    void theDescriptorExportsEveryPackageAndWhatItsApiMentions() {
        ModuleRules module = ModuleRules.of("io.ebbtide");

        assertThat(module.exports())
                .containsExactlyInAnyOrder(
                        "io.ebbtide",
                        "io.ebbtide.report",
                        "io.ebbtide.resource",
                        "io.ebbtide.work");
        module.onlyOffersWhatUsersCanRead().check(CODE);
    }

    @Test
    void everythingPublicIsDocumented(@TempDir Path classes) throws Exception {
        assertThat(DocumentationRules.undocumented(Path.of("src/main/java"), classes)).isEmpty();
    }
}
