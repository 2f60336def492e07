package io.ebbtide.work;

import java.util.LinkedHashMap;
import java.util.Map;

/** The metadata of one piece of work: few, short, by name. Not thread-safe. */
final class Notes {

    static final int MOST = 8;
    static final int LONGEST_KEY = 64;
    static final int LONGEST_VALUE = 256;

    private final Map<String, String> notes = new LinkedHashMap<>(4);

    /** Adds or replaces a note. Throws before anything has changed. */
    void put(String key, String value) {
        ensureShort("key", key, LONGEST_KEY);
        ensureShort("value of '" + key + "'", value, LONGEST_VALUE);
        if (notes.size() == MOST && !notes.containsKey(key)) {
            throw new IllegalArgumentException(
                    "key: '" + key + "' is one note too many; allowed are " + MOST);
        }
        notes.put(key, value);
    }

    Map<String, String> copy() {
        return Map.copyOf(notes);
    }

    private static void ensureShort(String what, String text, int longest) {
        if (text.length() > longest) {
            throw new IllegalArgumentException(
                    what + ": " + text.length() + " characters; allowed are at most " + longest);
        }
    }
}
