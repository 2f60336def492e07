package io.ebbtide.servlet;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps what shutdowns log off the screen. Held, since loggers that nobody holds forget their level. */
final class QuietLog {

    private static final Logger LOG = Logger.getLogger("io.ebbtide");

    private QuietLog() {}

    static void begin() {
        LOG.setLevel(Level.OFF);
    }
}
