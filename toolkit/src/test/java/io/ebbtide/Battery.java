package io.ebbtide;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Locale;

/**
 * Tests that start JVMs of their own, each to be run in every {@link Variation}.
 *
 * <p>The usual build runs each test in one of them, always the same, different ones in turn. {@code mvn -Pbattery} runs all
 * of them in all of them.
 */
@Tag("battery")
@Tag("realtime")
@Timeout(90)
@ExtendWith(Battery.Choice.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Battery {

    /** Chooses the variation that the next test's children run in. */
    final class Choice implements BeforeEachCallback, AfterEachCallback {

        @Override
        public void beforeEach(ExtensionContext test) {
            ChildJvm.runIn(of(test.getUniqueId(), System.getProperty("battery", "")));
        }

        @Override
        public void afterEach(ExtensionContext test) {
            ChildJvm.runIn(Variation.PLAIN);
        }

        /** {@return the variation of that name; if it is blank, the one that is this test's} */
        static Variation of(String test, String name) {
            Variation[] all = Variation.values();
            return name.isBlank()
                    ? all[Math.floorMod(test.hashCode(), all.length)]
                    : Variation.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }
}
