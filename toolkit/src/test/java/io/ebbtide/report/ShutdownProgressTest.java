package io.ebbtide.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Locale;

class ShutdownProgressTest {

    private static final ShutdownProgress DRAINING =
            new ShutdownProgress(
                    ShutdownPhase.DRAINING_CONNECTIONS,
                    1200,
                    10,
                    3,
                    0,
                    2,
                    Duration.ofMillis(1500),
                    Duration.ofMillis(28_500),
                    1);

    private static final String JSON =
            "{\"phase\":\"DRAINING_CONNECTIONS\",\"inFlight\":1200,\"drained\":10,\"refused\":3,"
                    + "\"closed\":0,\"toClose\":2,\"elapsedMillis\":1500,"
                    + "\"remainingMillis\":28500,\"errors\":1}";

    @Test
    void isAJsonObjectOnOneLine() {
        assertThat(DRAINING.toJson()).isEqualTo(JSON);
    }

    @Test
    void isTheSameJsonWhateverDigitsAndSignsTheLocaleHas() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            assertThat(DRAINING.toJson()).isEqualTo(JSON);
        } finally {
            Locale.setDefault(before);
        }
    }
}
