package io.ebbtide.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolvedModule;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a module descriptor promises, for the tests of every module, which themselves run on the class path.
 *
 * <p>{@link #onlyOffersWhatUsersCanRead} stands in for javac's lint {@code exports}, which does not know that the
 * annotations of an optional module need not be readable.
 */
public final class ModuleRules {

    private static final DescribedPredicate<JavaClass> ARE_OFFERED =
            DescribedPredicate.describe("are public", ModuleRules::isOffered);

    private final Configuration graph;
    private final ModuleDescriptor module;

    private ModuleRules(Configuration graph, ModuleDescriptor module) {
        this.graph = graph;
        this.module = module;
    }

    /**
     * Resolves a module as the launcher would, with the class path of this test as the module path.
     *
     * @throws java.lang.module.FindException if the module or one that it requires is not there
     * @throws java.lang.module.ResolutionException if the modules do not fit together
     */
    public static ModuleRules of(String name) {
        Path[] path =
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(Path::of)
                        .toArray(Path[]::new);
        Configuration graph =
                Configuration.empty()
                        .resolve(ModuleFinder.ofSystem(), ModuleFinder.of(path), Set.of(name));
        return new ModuleRules(graph, descriptor(graph, name));
    }

    /** {@return the packages that users may see} */
    public Set<String> exports() {
        return exports(module);
    }

    /**
     * Every type in the public API, also as a type argument, is one that a user's module can read. A public type counts as
     * offered in whatever package it is, since we export them all, unless it is nested in one that is not: what an interface
     * contains is public without a word.
     */
    public ArchRule onlyOffersWhatUsersCanRead() {
        Set<String> readable = exports();
        transitivelyRequired(module, new HashSet<>(Set.of("java.base")))
                .forEach(name -> readable.addAll(exports(descriptor(graph, name))));
        return classes().that(ARE_OFFERED).should(new OnlyMention(readable));
    }

    private static boolean isOffered(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ModuleRules::isOffered).orElse(true);
    }

    private Set<String> transitivelyRequired(ModuleDescriptor from, Set<String> names) {
        for (Requires requires : from.requires()) {
            if (requires.modifiers().contains(Requires.Modifier.TRANSITIVE)
                    && names.add(requires.name())) {
                transitivelyRequired(descriptor(graph, requires.name()), names);
            }
        }
        return names;
    }

    private static ModuleDescriptor descriptor(Configuration graph, String name) {
        ResolvedModule resolved = graph.findModule(name).orElseThrow();
        return resolved.reference().descriptor();
    }

    private static Set<String> exports(ModuleDescriptor module) {
        Stream<String> packages =
                module.isAutomatic()
                        ? module.packages().stream()
                        : module.exports().stream()
                                .filter(exports -> !exports.isQualified())
                                .map(Exports::source);
        return packages.collect(Collectors.toCollection(HashSet::new));
    }

    private static final class OnlyMention extends ArchCondition<JavaClass> {

        private final Set<String> readable;

        OnlyMention(Set<String> readable) {
            super("only mention public types of packages that users can read");
            this.readable = readable;
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            Stream.concat(
                            Stream.concat(type.getRawSuperclass().stream(), interfaces(type)),
                            type.getMembers().stream()
                                    .filter(OnlyMention::isOffered)
                                    .flatMap(OnlyMention::mentioned))
                    .map(JavaClass::getBaseComponentType)
                    .filter(mentioned -> !mentioned.isPrimitive())
                    .filter(mentioned -> !canBeRead(mentioned))
                    .distinct()
                    .forEach(
                            mentioned ->
                                    events.add(
                                            SimpleConditionEvent.violated(
                                                    type,
                                                    type.getName()
                                                            + " mentions "
                                                            + mentioned.getName())));
        }

        private boolean canBeRead(JavaClass type) {
            return type.getModifiers().contains(JavaModifier.PUBLIC)
                    && readable.contains(type.getPackageName());
        }

        private static Stream<JavaClass> interfaces(JavaClass type) {
            return type.getInterfaces().stream().flatMap(t -> t.getAllInvolvedRawTypes().stream());
        }

        private static boolean isOffered(JavaMember member) {
            return member.getModifiers().contains(JavaModifier.PUBLIC)
                    || member.getModifiers().contains(JavaModifier.PROTECTED);
        }

        private static Stream<JavaClass> mentioned(JavaMember member) {
            return switch (member) {
                case JavaField field -> field.getAllInvolvedRawTypes().stream();
                case JavaCodeUnit unit ->
                        Stream.concat(
                                unit.getAllInvolvedRawTypes().stream(),
                                unit.getExceptionTypes().stream());
                default -> Stream.of(member.getOwner());
            };
        }
    }
}
