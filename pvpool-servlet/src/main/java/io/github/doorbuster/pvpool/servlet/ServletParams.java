package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.ViewJournal;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import io.github.doorbuster.pvpool.journal.Journals;
import jakarta.servlet.ServletException;

/** All init-params of a servlet that builds its own pool. */
record ServletParams(
        DataSourceParams dataSource, JdbcConfig jdbc, PvPoolConfig pool, JournalConfig journal, HttpLimits http) {

    static ServletParams of(InitParams params) throws ServletException {
        ServletParams all = new ServletParams(
                params.bind(DataSourceParams.DEFAULTS),
                params.bind(JdbcConfig.builder().build()),
                params.bind(PvPoolConfig.builder().build()),
                params.bind(JournalConfig.builder().build()),
                params.bind(HttpLimits.DEFAULTS));
        params.rejectUnknown();
        return all;
    }

    /**
     * Creates the configured journal.
     *
     * @throws IllegalArgumentException if the journal replays segments longer than the ledger remembers them
     */
    ViewJournal createJournal() {
        if (journal.replayDays() >= jdbc.ledgerDays()) {
            throw new IllegalArgumentException(
                    "replayDays=%d: must be less than ledgerDays=%d; a segment older than its ledger rows could be counted twice"
                            .formatted(journal.replayDays(), jdbc.ledgerDays()));
        }
        return Journals.of(journal);
    }

    /** {@return the settings in force, without secrets} */
    String describe() {
        return "%s %s %s %s %s".formatted(dataSource, jdbc, pool, journal, http);
    }
}
