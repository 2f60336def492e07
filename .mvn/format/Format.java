import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks or applies the house format: google-java-format in AOSP style, Javadoc left alone.
 *
 * <p>The build runs this file with the source launcher of the JDK it compiles with, because Maven itself may run on an
 * older one, whose parser does not know the language of our sources.
 *
 * <p>{@code java Format.java check|apply <root of the project>}; exit status 1 if a file is not in the house format.
 */
final class Format {

    private static final Formatter FORMATTER =
            new Formatter(
                    JavaFormatterOptions.builder().style(Style.AOSP).formatJavadoc(false).build());

    private Format() {}

    public static void main(String[] args) throws IOException {
        String mode = args[0];
        Path root = Path.of(args[1]).toAbsolutePath().normalize();
        List<String> complaints = new ArrayList<>();
        int rewritten = 0;
        for (Path file : sources(root)) {
            String source = Files.readString(file);
            try {
                String formatted = formatted(source);
                if (formatted.equals(source)) {
                    continue;
                }
                switch (mode) {
                    case "apply" -> {
                        Files.writeString(file, formatted);
                        rewritten++;
                    }
                    case "check" -> complaints.add(place(root, file, source, formatted));
                    default ->
                            throw new IllegalArgumentException(
                                    "mode: " + mode + " is unknown; allowed are check and apply");
                }
            } catch (FormatterException cannotParse) {
                complaints.add(root.relativize(file) + ":" + cannotParse.getMessage());
            }
        }
        if (rewritten > 0) {
            System.out.println("Format: " + rewritten + " file(s) rewritten.");
        }
        if (!complaints.isEmpty()) {
            boolean mendable = mode.equals("check");
            System.err.printf(
                    "Format: %d file(s) %s:%n",
                    complaints.size(),
                    mendable ? "not in the house format" : "cannot be read as Java");
            complaints.forEach(complaint -> System.err.println("  " + complaint));
            if (mendable) {
                System.err.println("Mend them with: ./mvnw -Pformat");
            }
            System.exit(1);
        }
    }

    /** The formatter does not always arrive in one go, but it stays where it has arrived. */
    private static String formatted(String source) throws FormatterException {
        String once = FORMATTER.formatSourceAndFixImports(source);
        return once.equals(source) ? once : formatted(once);
    }

    private static List<Path> sources(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> isOurs(root.relativize(file)))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isOurs(Path relative) {
        for (Path part : relative) {
            if (part.toString().equals("target") || part.toString().equals(".git")) {
                return false;
            }
        }
        return true;
    }

    /** {@return the file and the first line that differs} */
    private static String place(Path root, Path file, String source, String formatted) {
        List<String> actual = source.lines().toList();
        List<String> wanted = formatted.lines().toList();
        int line = 0;
        while (line < Math.min(actual.size(), wanted.size())
                && actual.get(line).equals(wanted.get(line))) {
            line++;
        }
        return root.relativize(file) + ":" + (line + 1);
    }
}
