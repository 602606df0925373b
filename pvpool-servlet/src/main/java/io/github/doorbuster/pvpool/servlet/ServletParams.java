package io.github.doorbuster.pvpool.servlet;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;

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

    private ServletParams() {}
}
