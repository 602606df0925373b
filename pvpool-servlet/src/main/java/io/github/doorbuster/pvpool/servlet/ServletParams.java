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
        HttpLimits.Builder http = params.bind(HttpLimits.Builder.class);
        PvPoolConfig.Builder pool = params.bind(PvPoolConfig.Builder.class);
        JdbcConfig.Builder jdbc = params.bind(JdbcConfig.Builder.class);
        DataSourceParams dataSource = params.bind(DataSourceParams.class);
        JournalConfig.Builder journal = params.bind(JournalConfig.Builder.class);
        params.refuseUnknown();
        return new ServletParams(http.build(), pool.build(), jdbc.build(), dataSource, journal.build());
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
