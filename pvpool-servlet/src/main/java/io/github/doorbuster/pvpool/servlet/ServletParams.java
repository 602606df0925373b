package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.ViewJournal;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import jakarta.servlet.ServletException;

/** Every init-param of a servlet that builds its own pool. */
record ServletParams(
        HttpLimits http, PvPoolConfig pool, JdbcConfig jdbc, DataSourceParams dataSource, JournalConfig journal) {

    static ServletParams of(InitParams params) throws ServletException {
        ServletParams bound = new ServletParams(
                params.bind(HttpLimits.DEFAULTS),
                params.bind(PvPoolConfig.builder().build()),
                params.bind(JdbcConfig.builder().build()),
                params.bind(DataSourceParams.DEFAULTS),
                params.bind(JournalConfig.builder().build()));
        params.rejectUnknown();
        return bound;
    }

    /** The journal asked for, after checking what only both sides together can tell. */
    ViewJournal openJournal() {
        if (journal.replayDays() >= jdbc.ledgerDays()) {
            throw new IllegalArgumentException(
                    "replayDays=%d: must be less than ledgerDays=%d; a segment older than its ledger rows could be counted twice"
                            .formatted(journal.replayDays(), jdbc.ledgerDays()));
        }
        return journal.journal();
    }
}
