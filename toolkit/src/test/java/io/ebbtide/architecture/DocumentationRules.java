package io.ebbtide.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Public things are documented, for the tests of every module.
 *
 * <p>The build runs doclint without its group "missing": that would also ask for a tag for each parameter, and we do not
 * restate names. What is asked here is a comment.
 */
public final class DocumentationRules {

    /** The record's own comment speaks for it. */
    private static final Pattern COMPACT_CONSTRUCTOR = Pattern.compile("\\s*public \\w+ \\{");

    private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();

    private DocumentationRules() {}

    /**
     * {@return what users can see and no comment describes, as {@code file:line}}
     *
     * @param sources a folder whose types compile on the class path of this test
     * @param classes an empty folder for what the compiler writes
     */
    public static List<String> undocumented(Path sources, Path classes) throws IOException {
        var diagnostics = new DiagnosticCollector<JavaFileObject>();
        try (StandardJavaFileManager files =
                JAVAC.getStandardFileManager(diagnostics, Locale.ROOT, null)) {
            List<String> options =
                    List.of(
                            "-Xdoclint:missing/protected",
                            "-Xmaxwarns",
                            "10000",
                            "-proc:none",
                            "-d",
                            classes.toString());
            boolean compiled =
                    JAVAC.getTask(
                                    null,
                                    files,
                                    diagnostics,
                                    options,
                                    null,
                                    files.getJavaFileObjectsFromPaths(typesIn(sources)))
                            .call();
            if (!compiled) {
                throw new IllegalStateException(diagnostics.getDiagnostics().toString());
            }
        }
        return diagnostics.getDiagnostics().stream()
                .filter(found -> found.getMessage(Locale.ROOT).equals("no comment"))
                .filter(found -> !COMPACT_CONSTRUCTOR.matcher(line(found)).matches())
                .map(found -> Path.of(found.getSource().toUri()) + ":" + found.getLineNumber())
                .sorted()
                .toList();
    }

    private static String line(Diagnostic<? extends JavaFileObject> found) {
        try {
            String source = found.getSource().getCharContent(true).toString();
            return source.lines().skip(found.getLineNumber() - 1).findFirst().orElseThrow();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static List<Path> typesIn(Path sources) {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("module-info.java"))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
