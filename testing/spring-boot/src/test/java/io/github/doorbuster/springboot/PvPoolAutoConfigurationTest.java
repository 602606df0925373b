package io.github.doorbuster.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.pvpool.spring.PvPoolAutoConfiguration;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class PvPoolAutoConfigurationTest {

    private static final String URL = "jdbc:h2:mem:pvpool_spring;MODE=MySQL;DB_CLOSE_DELAY=-1";

    private final WebApplicationContextRunner application = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PvPoolAutoConfiguration.class, DataSourceAutoConfiguration.class));

    private final WebApplicationContextRunner shop = application.withPropertyValues(
            "spring.datasource.url=" + URL,
            "doorbuster.pvpool.path=/items/pvc",
            "doorbuster.pvpool.create-tables=true",
            "doorbuster.pvpool.flush-millis=3600000");

    @Test
    void isOffWithoutPath() {
        application
                .withPropertyValues("spring.datasource.url=" + URL)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(PvPool.class));
    }

    @Test
    void namesThePool() {
        shop.withPropertyValues("doorbuster.pvpool.name=likes").run(context -> {
            ServletRegistrationBean<?> servlet = context.getBean(ServletRegistrationBean.class);
            assertThat(servlet.getInitParameters()).containsEntry("name", "likes");
        });
    }

    @Test
    void acceptsViewsAtThePath() {
        shop.run(context -> {
            ServletRegistrationBean<?> servlet = context.getBean(ServletRegistrationBean.class);
            assertThat(servlet.getUrlMappings()).containsExactly("/items/pvc", "/items/pvc/top");
            assertThat(servlet.isAsyncSupported()).isTrue();
            assertThat(context.getBean(PvPool.class).config().flushMillis()).isEqualTo(3_600_000);
            Health health = context.getBean(HealthIndicator.class).health();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
        });
        shop.withPropertyValues("management.health.pvpool.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(HealthIndicator.class));
    }

    @Test
    void writesTheViewsBeforeTheDataSourceCloses() throws Exception {
        shop.withPropertyValues("doorbuster.pvpool.table=closing").run(context -> {
            assertThat(context.getBean(HikariDataSource.class).isClosed()).isFalse();
            context.getBean(PvPool.class)
                    .add(new Views(List.of("1", "2", "1")))
                    .toCompletableFuture()
                    .get();
        });
        try (Connection connection = DriverManager.getConnection(URL, "sa", "");
                ResultSet sum = connection.createStatement().executeQuery("SELECT SUM(pv) FROM closing")) {
            sum.next();
            assertThat(sum.getLong(1)).isEqualTo(3);
        }
    }

    @Test
    void withoutADataSourceTheStartFails() {
        new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PvPoolAutoConfiguration.class))
                .withPropertyValues("doorbuster.pvpool.path=/items/pvc")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageStartingWith("doorbuster.pvpool.path is set, but there is no single DataSource"));
    }

    @Test
    void missingTablesFailTheStart() {
        shop.withPropertyValues("doorbuster.pvpool.table=nowhere", "doorbuster.pvpool.create-tables=false")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("table=nowhere")
                        .hasStackTraceContaining("createTables=true"));
    }

    @Test
    void anUnknownOrBadPropertyFailsTheStart() {
        shop.withPropertyValues("doorbuster.pvpool.jdbc-url=jdbc:h2:mem:")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageStartingWith("doorbuster.pvpool.jdbc-url: no such property"));
        shop.withPropertyValues("doorbuster.pvpool.max-ids=0")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("doorbuster.pvpool.max-ids")
                        .hasMessageContaining("between 1 and 100000"));
    }

    @Test
    void aStoreOfTheApplicationReplacesTheDefault() {
        new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PvPoolAutoConfiguration.class))
                .withUserConfiguration(TwoDatabases.class)
                .withPropertyValues("doorbuster.pvpool.path=/items/pvc")
                .run(context ->
                        assertThat(context).hasNotFailed().hasBean("viewsStore").doesNotHaveBean("pvStore"));
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoDatabases {

        @Bean
        DataSource shop() {
            return new HikariDataSource();
        }

        @Bean
        DataSource views() {
            return new HikariDataSource();
        }

        @Bean(destroyMethod = "close")
        JdbcPvStore viewsStore(@Qualifier("views") DataSource dataSource) {
            return new JdbcPvStore(dataSource);
        }
    }

    @Test
    void aPoolOfTheApplicationReplacesTheDefault() {
        shop.withBean(
                        PvPool.class,
                        () -> PvPool.builder()
                                .store(new JdbcPvStore(new HikariDataSource()))
                                .build())
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(PvPool.class));
    }
}
