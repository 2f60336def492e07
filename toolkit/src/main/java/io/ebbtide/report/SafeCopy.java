package io.ebbtide.report;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;

/**
 * Says what another exception says, in safe text: with its stack, its causes and what it has suppressed.
 *
 * <p>Logs print messages as they are, those of causes too: lines that an attacker has forged, the password in the URL of a
 * database. An exception cannot be told to say less, so what is attached to a log record is one of these.
 */
final class SafeCopy extends Exception {

    private static final long serialVersionUID = 1L;

    /** So many exceptions of one tree are looked at: nobody reads more, and a hostile one may have no end. */
    private static final int MOST = 50;

    private SafeCopy(String text) {
        super(text);
    }

    /** {@return {@code thrown} itself if all of its text is safe to log, and a copy of it otherwise} */
    static Throwable of(Throwable thrown) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        return isSafe(thrown, seen) ? thrown : new Copying().copy(thrown);
    }

    /** It is its text: loggers that print the class before that will print ours, then the real one. */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // the class to be shown is the original's
    public String toString() {
        return Objects.toString(getMessage());
    }

    private static boolean isSafe(Throwable thrown, Set<Throwable> seen) {
        if (!seen.add(thrown)) {
            return true;
        }
        try {
            if (seen.size() > MOST
                    || !isSafe(thrown.toString())
                    || !isSafe(thrown.getMessage())
                    || !isSafe(thrown.getLocalizedMessage())) {
                return false;
            }
            Throwable cause = thrown.getCause();
            boolean safe = cause == null || isSafe(cause, seen);
            for (Throwable suppressed : thrown.getSuppressed()) {
                safe = safe && isSafe(suppressed, seen);
            }
            return safe;
        } catch (Throwable broken) {
            return false;
        }
    }

    private static boolean isSafe(@Nullable String text) {
        return text == null || text.equals(SafeText.of(text));
    }

    /** One tree of exceptions that is being copied. */
    private static final class Copying {

        private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());

        SafeCopy copy(Throwable thrown) {
            SafeCopy copy = new SafeCopy(SafeText.of(thrown));
            seen.add(thrown);
            try {
                copy.setStackTrace(thrown.getStackTrace());
                Throwable cause = thrown.getCause();
                if (cause != null && isNew(cause)) {
                    copy.initCause(copy(cause));
                }
                for (Throwable suppressed : thrown.getSuppressed()) {
                    if (isNew(suppressed)) {
                        copy.addSuppressed(copy(suppressed));
                    }
                }
            } catch (Throwable broken) {
                copy.addSuppressed(new SafeCopy("the rest of it cannot be read"));
            }
            return copy;
        }

        private boolean isNew(Throwable thrown) {
            return seen.size() < MOST && !seen.contains(thrown);
        }
    }
}
