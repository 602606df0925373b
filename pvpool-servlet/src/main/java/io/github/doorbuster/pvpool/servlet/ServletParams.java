package io.github.doorbuster.pvpool.servlet;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.ViewJournal;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.journal.JournalConfig;

/** Every init-param of a servlet that builds its own pool. */
final class ServletParams {

    @JsonUnwrapped
    HttpLimits.Builder http = HttpLimits.builder();

    @JsonUnwrapped
    PvPoolConfig.Builder pool = PvPoolConfig.builder();

    @JsonUnwrapped
    JdbcConfig.Builder jdbc = JdbcConfig.builder();

    @JsonUnwrapped
    DataSourceParams dataSource = new DataSourceParams();

    @JsonUnwrapped
    JournalConfig.Builder journal = JournalConfig.builder();

    private ServletParams() {}

    /** The journal asked for, after checking what only both sides together can tell. */
    ViewJournal openJournal(JdbcConfig store) {
        JournalConfig config = journal.build();
        if (config.replayDays() >= store.ledgerDays()) {
            throw new IllegalArgumentException(
                    "replayDays=%d: must be less than ledgerDays=%d; a segment older than its ledger rows could be counted twice"
                            .formatted(config.replayDays(), store.ledgerDays()));
        }
        return config.journal();
    }
}
