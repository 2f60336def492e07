package io.ebbtide.servlet;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What Tomcat logs of applications, here rather than on the screen: it tells nobody else why one does not start. */
final class TomcatLog extends Handler implements AutoCloseable {

    /** Held, since loggers that nobody holds forget what they were told. */
    private final List<Logger> loggers = new ArrayList<>();

    private final Queue<LogRecord> records = new ConcurrentLinkedQueue<>();

    static TomcatLog listen() {
        return new TomcatLog();
    }

    void add(String name) {
        Logger logger = Logger.getLogger(name);
        logger.setLevel(Level.WARNING);
        logger.setUseParentHandlers(false);
        logger.addHandler(this);
        loggers.add(logger);
    }

    /** {@return the last exception that was logged; {@code null} if there was none} */
    @Nullable Throwable lastThrown() {
        return records.stream()
                .map(LogRecord::getThrown)
                .filter(thrown -> thrown != null)
                .reduce((_, last) -> last)
                .orElse(null);
    }

    /** {@return what was logged as a warning or worse} */
    List<String> warnings() {
        return records.stream()
                .filter(record -> record.getLevel().intValue() >= Level.WARNING.intValue())
                .map(new SimpleFormatter()::formatMessage)
                .toList();
    }

    @Override
    public void publish(LogRecord record) {
        records.add(record);
    }

    @Override
    public void flush() {
        // nothing is kept back
    }

    /** From now on nobody hears what Tomcat logs: tests make requests fail on purpose. */
    @Override
    public void close() {
        for (Logger logger : loggers) {
            logger.removeHandler(this);
            logger.setLevel(Level.OFF);
        }
    }
}
