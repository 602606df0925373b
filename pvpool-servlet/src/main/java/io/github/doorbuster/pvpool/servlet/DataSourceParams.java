package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** Where the database is: a JNDI name, an attribute of the ServletContext, or a URL. */
record DataSourceParams(
        String dataSource, String dataSourceAttribute, String jdbcUrl, String jdbcUser, String jdbcPassword) {

    static final DataSourceParams DEFAULTS = new DataSourceParams("", "", "", "", "");

    JdbcPvStore store(ServletContext context, JdbcConfig config) throws ServletException {
        int given =
                (dataSource.isEmpty() ? 0 : 1) + (dataSourceAttribute.isEmpty() ? 0 : 1) + (jdbcUrl.isEmpty() ? 0 : 1);
        if (given != 1) {
            throw new ServletException(
                    "init-params dataSource, dataSourceAttribute, jdbcUrl: exactly one must be set, %d are; name the database the counts go to"
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
                "init-param dataSourceAttribute=%s: must name a ServletContext attribute that holds a javax.sql.DataSource; set it in a ServletContextListener"
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

    /** For the log: a URL without whatever may hold a password. */
    String described() {
        return jdbcUrl.isEmpty()
                ? dataSource + dataSourceAttribute
                : jdbcUrl.split("[?;]", 2)[0].replaceAll("//[^/]*@", "//");
    }
}
