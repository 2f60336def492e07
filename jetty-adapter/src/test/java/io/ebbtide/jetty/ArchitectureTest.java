package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;

import io.ebbtide.architecture.DocumentationRules;
import io.ebbtide.architecture.HouseRules;
import io.ebbtide.architecture.ModuleRules;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** That these rules can fail is shown by {@code HouseRulesTest} in the toolkit. */
class ArchitectureTest {

    private static final JavaClasses CODE = HouseRules.codeOf(GracefulJetty.class);

    @Test
    void readsNoClockAndNeverSleeps() {
        HouseRules.clockAndSleepOnlyIn().check(CODE);
        HouseRules.noWallClock().check(CODE);
    }

    @Test
    void leavesSignalsAndTheEndOfTheProcessToTheToolkit() {
        HouseRules.exitOnlyIn().check(CODE);
        HouseRules.signalNamedOnlyIn().check(CODE);
    }

    @Test
    void theDescriptorExportsTheOnlyPackageAndWhatItsApiMentions() {
        ModuleRules module = ModuleRules.of("io.ebbtide.jetty");

        assertThat(module.exports()).containsExactly("io.ebbtide.jetty");
        module.onlyOffersWhatUsersCanRead().check(CODE);
    }

    @Test
    void everythingPublicIsDocumented(@TempDir Path classes) throws Exception {
        assertThat(DocumentationRules.undocumented(Path.of("src/main/java"), classes)).isEmpty();
    }
}
