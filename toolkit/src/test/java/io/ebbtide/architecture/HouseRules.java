package io.ebbtide.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The rules of the house, for the tests of every module. Exceptions are the names of classes. */
public final class HouseRules {

    private HouseRules() {}

    /** {@return all classes that were compiled together with {@code anchor}} */
    public static JavaClasses codeOf(Class<?> anchor) {
        return new ClassFileImporter()
                .importUrl(anchor.getProtectionDomain().getCodeSource().getLocation());
    }

    /** Front door → resource → work and report, which know nobody. So there are no cycles. */
    public static ArchRule arrowsPointOneWay(String root) {
        return layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("front door")
                .definedBy(root)
                .layer("resource")
                .definedBy(root + ".resource")
                .layer("work")
                .definedBy(root + ".work")
                .layer("report")
                .definedBy(root + ".report")
                .whereLayer("front door")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("resource")
                .mayOnlyBeAccessedByLayers("front door")
                .whereLayer("work")
                .mayNotAccessAnyLayer()
                .whereLayer("report")
                .mayNotAccessAnyLayer();
    }

    /** A package that {@link #arrowsPointOneWay} does not know would escape it. */
    public static ArchRule everythingIsInAPackageOf(String root) {
        return classes()
                .should()
                .resideInAnyPackage(root, root + ".resource", root + ".work", root + ".report");
    }

    /** Whoever reads the clock or waits by it does so through a time source. */
    public static ArchRule clockAndSleepOnlyIn(String... exceptions) {
        return noClasses()
                .that(areNot(exceptions))
                .should()
                .accessTargetWhere(
                        reaches(System.class, "nanoTime")
                                .or(reaches(Thread.class, "sleep"))
                                .or(reaches(TimeUnit.class, "sleep"))
                                .or(reaches(Object.class, "wait"))
                                .or(reaches(LockSupport.class, "park", "parkNanos", "parkUntil"))
                                .as("reads the clock, sleeps or parks"));
    }

    /** Elapsed time does not come from a clock that somebody may set. */
    public static ArchRule noWallClock() {
        return noClasses()
                .should()
                .accessTargetWhere(
                        reaches(System.class, "currentTimeMillis")
                                .or(describe("now()", HouseRules::isNow))
                                .or(describe("Clock.system…", HouseRules::isSystemClock))
                                .or(reaches(Date.class, "<init>"))
                                .as("reads the wall clock"));
    }

    /** The process ends in one place. */
    public static ArchRule exitOnlyIn(String... exceptions) {
        return noClasses()
                .that(areNot(exceptions))
                .should()
                .accessTargetWhere(
                        reaches(System.class, "exit")
                                .or(reaches(Runtime.class, "exit", "halt"))
                                .as("ends the process"));
    }

    /** The JVM's inner signal API is named in one place; a name in a string counts. */
    public static ArchRule signalNamedOnlyIn(String... exceptions) {
        return noClasses().that(areNot(exceptions)).should(new NameInClassFile("sun.misc.Signal"));
    }

    private static DescribedPredicate<JavaClass> areNot(String... exceptions) {
        Set<String> names = Set.of(exceptions);
        return describe(
                "are not " + List.of(exceptions),
                type -> !names.contains(type.getName().replaceFirst("\\$.*", "")));
    }

    private static DescribedPredicate<JavaAccess<?>> reaches(Class<?> owner, String... names) {
        Set<String> wanted = Set.of(names);
        return describe(
                owner.getSimpleName() + wanted,
                access ->
                        access.getTargetOwner().isAssignableTo(owner)
                                && wanted.contains(access.getTarget().getName()));
    }

    private static boolean isNow(JavaAccess<?> access) {
        return access.getTargetOwner().getPackageName().startsWith("java.time")
                && access.getTarget().getName().equals("now");
    }

    private static boolean isSystemClock(JavaAccess<?> access) {
        return access.getTargetOwner().getName().equals("java.time.Clock")
                && access.getTarget().getName().startsWith("system");
    }

    /** Looks into the constants of the class file, where both types and strings stand. */
    private static final class NameInClassFile extends ArchCondition<JavaClass> {

        private final String name;

        NameInClassFile(String name) {
            super("name " + name);
            this.name = name;
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            String constants = constants(type);
            boolean named = constants.contains(name) || constants.contains(name.replace('.', '/'));
            events.add(new SimpleConditionEvent(type, named, type.getName() + " names " + name));
        }

        private static String constants(JavaClass type) {
            try (InputStream file = type.getSource().orElseThrow().getUri().toURL().openStream()) {
                return new String(file.readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }
}
