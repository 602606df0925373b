package io.github.doorbuster.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Captures what a logger and its children write by {@code java.util.logging}. */
public final class LogCapture extends Handler implements AutoCloseable {

    private final Logger logger;
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();

    public LogCapture(String logger) {
        this.logger = Logger.getLogger(logger);
        this.logger.addHandler(this);
    }

    /** {@return the log as text, one line for each message} */
    public String text() {
        StringBuilder text = new StringBuilder();
        SimpleFormatter formatter = new SimpleFormatter();
        records.forEach(record -> text.append(formatter.formatMessage(record)).append('\n'));
        return text.toString();
    }

    /** {@return the last exception in the log} */
    public Throwable lastThrown() {
        return records.stream()
                .map(LogRecord::getThrown)
                .filter(thrown -> thrown != null)
                .reduce((earlier, later) -> later)
                .orElseGet(() -> new IllegalStateException("the log has no exception:\n" + text()));
    }

    @Override
    public void publish(LogRecord record) {
        records.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
