package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.ViewJournal;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import io.github.doorbuster.pvpool.journal.Journals;
import jakarta.servlet.ServletException;

/** All init-params of a servlet that builds its own pool. */
record ServletParams(
        PoolName name,
        DataSourceParams dataSource,
        JdbcConfig jdbc,
        PvPoolConfig pool,
        JournalConfig journal,
        HttpLimits http,
        ClientLimits clients) {

    static ServletParams of(InitParams params) throws ServletException {
        ServletParams all = new ServletParams(
                params.bind(PoolName.DEFAULTS),
                params.bind(DataSourceParams.DEFAULTS),
                params.bind(JdbcConfig.builder().build()),
                params.bind(PvPoolConfig.builder().build()),
                params.bind(JournalConfig.builder().build()),
                params.bind(HttpLimits.DEFAULTS),
                params.bind(ClientLimits.DEFAULTS));
        params.rejectUnknown();
        return all;
    }

    ViewJournal createJournal() {
        return Journals.of(journal);
    }

    /** {@return the settings in force, without secrets} */
    String describe() {
        return "%s %s %s %s %s %s %s".formatted(name, dataSource, jdbc, pool, journal, http, clients);
    }
}
