package io.github.doorbuster.pvpool.spring;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvStore;
import io.github.doorbuster.pvpool.StoreException;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.pvpool.micrometer.PvPoolMetrics;
import io.github.doorbuster.pvpool.servlet.PvPoolServlet;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Counts the page views of a Spring Boot application: they are posted to {@code doorbuster.pvpool.path} and written to
 * the application's DataSource. Without this property, it does nothing. The other properties
 * {@code doorbuster.pvpool.*} have the names of the init-params in kebab case.
 *
 * <p>The tables may be created by a migration of the application, such as Flyway's: it runs first. When the application
 * closes, the web server stops, then the pool writes the remaining views, then the DataSource closes. Each bean gives
 * way to one of the application.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration", // Spring Boot 3
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration" // Spring Boot 4
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
public final class PvPoolAutoConfiguration {

    private static final Logger LOG = System.getLogger(PvPoolAutoConfiguration.class.getName());

    @Bean
    PvPoolProperties pvPoolProperties(Environment environment) {
        return PvPoolProperties.of(environment);
    }

    /** The pool and its servlet. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(PvPoolProperties.OnPath.class)
    static class Pool {

        @Bean
        @ConditionalOnMissingBean({PvStore.class, PvPool.class})
        @ConditionalOnSingleCandidate(DataSource.class)
        @DependsOnDatabaseInitialization
        JdbcPvStore pvStore(DataSource dataSource, PvPoolProperties properties) {
            JdbcPvStore store = new JdbcPvStore(dataSource, properties.jdbc());
            try {
                store.prepare();
            } catch (StoreException e) {
                LOG.log(
                        Level.WARNING,
                        "starting without the database; page views are kept until it responds: " + e.getMessage(),
                        e);
            }
            return store;
        }

        /** Depends on the store, and so on the DataSource: it closes before both. */
        @Bean
        @ConditionalOnMissingBean
        PvPool pvPool(ObjectProvider<PvStore> store, PvPoolProperties properties) {
            PvStore given = store.getIfUnique();
            if (given == null) {
                throw new IllegalStateException(
                        "doorbuster.pvpool.path is set, but there is no single DataSource to write page views to; configure spring.datasource.url, or mark one DataSource as @Primary, or add a bean of type PvStore");
            }
            return PvPool.builder()
                    .store(given)
                    .config(properties.pool())
                    .journal(properties.createJournal())
                    .build();
        }

        @Bean
        @ConditionalOnMissingBean(value = PvPoolServlet.class, parameterizedContainer = ServletRegistrationBean.class)
        ServletRegistrationBean<PvPoolServlet> pvPoolServlet(PvPool pool, PvPoolProperties properties) {
            ServletRegistrationBean<PvPoolServlet> bean = new ServletRegistrationBean<>(
                    new PvPoolServlet(pool, properties.http(), properties.clients()),
                    properties.mapping().path(),
                    properties.mapping().path() + "/top");
            bean.setLoadOnStartup(1);
            bean.addInitParameter("name", properties.mapping().name());
            return bean;
        }
    }

    /** Health in Spring Boot 3. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(PvPoolProperties.OnPath.class)
    @ConditionalOnProperty(name = "management.health.pvpool.enabled", matchIfMissing = true)
    @ConditionalOnClass(name = "org.springframework.boot.actuate.health.HealthIndicator")
    static class HealthOfBoot3 {

        @Bean
        @ConditionalOnMissingBean(name = "pvPoolHealthIndicator")
        org.springframework.boot.actuate.health.HealthIndicator pvPoolHealthIndicator(PvPool pool) {
            return () -> {
                PoolHealth health = PoolHealth.of(pool);
                return org.springframework.boot.actuate.health.Health.status(health.status())
                        .withDetails(health.details())
                        .build();
            };
        }
    }

    /** Health in Spring Boot 4. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(PvPoolProperties.OnPath.class)
    @ConditionalOnProperty(name = "management.health.pvpool.enabled", matchIfMissing = true)
    @ConditionalOnClass(name = "org.springframework.boot.health.contributor.HealthIndicator")
    static class HealthOfBoot4 {

        @Bean
        @ConditionalOnMissingBean(name = "pvPoolHealthIndicator")
        org.springframework.boot.health.contributor.HealthIndicator pvPoolHealthIndicator(PvPool pool) {
            return () -> {
                PoolHealth health = PoolHealth.of(pool);
                return org.springframework.boot.health.contributor.Health.status(health.status())
                        .withDetails(health.details())
                        .build();
            };
        }
    }

    /** The meters, which Spring Boot binds to the registry of the application. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(PvPoolProperties.OnPath.class)
    @ConditionalOnClass(name = "io.micrometer.core.instrument.binder.MeterBinder")
    static class Meters {

        @Bean
        @ConditionalOnMissingBean
        PvPoolMetrics pvPoolMetrics(PvPool pool, PvPoolProperties properties) {
            String name = properties.mapping().name();
            return name.isEmpty() ? new PvPoolMetrics(pool) : new PvPoolMetrics(pool, name);
        }
    }
}
