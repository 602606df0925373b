package io.github.doorbuster.httpstats.spring;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.micrometer.HttpStatsMetrics;
import io.github.doorbuster.httpstats.servlet.HttpStatsFilter;
import io.github.doorbuster.httpstats.servlet.StatsServlet;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Records the requests of a Spring Boot application, and shows the statistics at {@code doorbuster.httpstats.path}. The
 * properties {@code doorbuster.httpstats.*} have the names of the init-params in kebab case.
 *
 * <p>The filter runs before all others, for every dispatcher type. Its routes are the patterns of Spring MVC. Each bean
 * gives way to one of the application.
 */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnProperty(prefix = HttpStatsProperties.PREFIX, name = "enabled", matchIfMissing = true)
public final class HttpStatsAutoConfiguration {

    @Bean
    HttpStatsProperties httpStatsProperties(Environment environment) {
        return HttpStatsProperties.of(environment);
    }

    @Bean
    @ConditionalOnMissingBean
    HttpStats httpStats(HttpStatsProperties properties) {
        return HttpStats.builder().config(properties.stats()).build();
    }

    @Bean
    @ConditionalOnMissingBean(value = HttpStatsFilter.class, parameterizedContainer = FilterRegistrationBean.class)
    FilterRegistrationBean<HttpStatsFilter> httpStatsFilter(HttpStats stats) {
        FilterRegistrationBean<HttpStatsFilter> bean = new FilterRegistrationBean<>(new HttpStatsFilter(stats));
        bean.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
        bean.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return bean;
    }

    @Bean
    @ConditionalOnMissingBean(value = StatsServlet.class, parameterizedContainer = ServletRegistrationBean.class)
    ServletRegistrationBean<StatsServlet> statsServlet(HttpStats stats, HttpStatsProperties properties) {
        ServletRegistrationBean<StatsServlet> bean = new ServletRegistrationBean<>(
                new StatsServlet(stats, properties.servlet()),
                properties.mapping().path());
        bean.setLoadOnStartup(1);
        return bean;
    }

    /** The meters, which Spring Boot binds to the registry of the application. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "io.micrometer.core.instrument.binder.MeterBinder")
    static class Meters {

        @Bean
        @ConditionalOnMissingBean
        HttpStatsMetrics httpStatsMetrics(HttpStats stats) {
            return new HttpStatsMetrics(stats);
        }
    }
}
