package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.util.stream.Stream;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** The database: the JNDI name of a DataSource, a ServletContext attribute that holds one, or a JDBC URL. */
record DataSourceParams(
        String dataSource, String dataSourceAttribute, String jdbcUrl, String jdbcUser, String jdbcPassword) {

    static final DataSourceParams DEFAULTS = new DataSourceParams("", "", "", "", "");

    JdbcPvStore store(ServletContext context, JdbcConfig config) throws ServletException {
        long given = Stream.of(dataSource, dataSourceAttribute, jdbcUrl)
                .filter(param -> !param.isEmpty())
                .count();
        if (given != 1) {
            throw new ServletException(
                    "init-params dataSource, dataSourceAttribute, jdbcUrl: exactly one must be set, but %d are; it names the database that counts are written to"
                            .formatted(given));
        }
        if (!jdbcUrl.isEmpty()) {
            return JdbcPvStore.ofUrl(jdbcUrl, jdbcUser, jdbcPassword, config);
        }
        return new JdbcPvStore(dataSource.isEmpty() ? attribute(context) : jndi(), config);
    }

    private DataSource attribute(ServletContext context) throws ServletException {
        if (context.getAttribute(dataSourceAttribute) instanceof DataSource found) {
            return found;
        }
        throw new ServletException(
                "init-param dataSourceAttribute=%s: must be the name of a ServletContext attribute that holds a javax.sql.DataSource; set it in a ServletContextListener"
                        .formatted(dataSourceAttribute));
    }

    private DataSource jndi() throws ServletException {
        String rule =
                "init-param dataSource=%s: must be the JNDI name of a javax.sql.DataSource, such as java:comp/env/jdbc/shop"
                        .formatted(dataSource);
        try {
            if (new InitialContext().lookup(dataSource) instanceof DataSource found) {
                return found;
            }
            throw new ServletException(rule);
        } catch (NamingException e) {
            throw new ServletException(rule + " (" + e + ")", e);
        }
    }

    @Override
    public String toString() {
        return Settings.describe(this, "jdbcUrl", "jdbcPassword");
    }

    /** {@return the database for the log, without the parts of a URL that may hold a password} */
    String target() {
        if (jdbcUrl.isEmpty()) {
            return dataSource + dataSourceAttribute;
        }
        boolean hasCredentials = jdbcUrl.contains("@") || jdbcUrl.contains("(");
        return hasCredentials ? "jdbc:%s:...".formatted(jdbcUrl.split(":")[1]) : jdbcUrl.split("[?;]", 2)[0];
    }
}
