package io.ebbtide.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The tests that a document names as proof, each as a link to its file and the name of the test. */
final class NamedTests {

    private static final Pattern ROW = Pattern.compile("\\[\\w+\\]\\(([^)]+\\.java)\\) `(\\w+)`");

    private NamedTests() {}

    /** {@return those that are not in the file that they are said to be in} */
    static List<String> missing(Path document) throws IOException {
        List<String> missing = new ArrayList<>();
        List<MatchResult> rows = ROW.matcher(Files.readString(document)).results().toList();
        if (rows.isEmpty()) {
            throw new IOException(document + " names no test");
        }
        for (MatchResult row : rows) {
            Path file = document.resolveSibling(row.group(1));
            if (!Files.exists(file) || !isIn(Files.readString(file), row.group(2))) {
                missing.add(row.group(1) + " " + row.group(2));
            }
        }
        return missing;
    }

    /** A test method, or a class of jcstress. */
    private static boolean isIn(String source, String test) {
        return Pattern.compile("(void " + test + "\\()|(class " + test + "\\b)")
                .matcher(source)
                .find();
    }
}
