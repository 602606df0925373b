package io.github.doorbuster.containers;

import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.httpstats.servlet.HttpStatsFilter;
import io.github.doorbuster.httpstats.servlet.StatsServlet;
import io.github.doorbuster.pvpool.servlet.PvPoolServlet;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** All three parts of the kit in Spring Boot 4. */
@Configuration(proxyBeanMethods = false)
class DoorbusterConfiguration {

    // tag::httpstats[]
    @Bean
    FilterRegistrationBean<HttpStatsFilter> httpStats() {
        var filter = new FilterRegistrationBean<>(new HttpStatsFilter());
        filter.setInitParameters(Map.of("samplingFactor", "1"));
        filter.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }

    @Bean
    ServletRegistrationBean<StatsServlet> stats() {
        return new ServletRegistrationBean<>(new StatsServlet(), "/stats");
    }
    // end::httpstats[]

    // tag::buylock[]
    @Bean
    FilterRegistrationBean<BuyLockFilter> buyLock(@Value("${shop.memcached}") String memcached) {
        var filter = new FilterRegistrationBean<>(new BuyLockFilter());
        filter.setInitParameters(Map.of("memcached", memcached, "waitMillis", "10000"));
        filter.addUrlPatterns("/buy", "/buy/later");
        filter.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        return filter;
    }
    // end::buylock[]

    // tag::pvpool[]
    @Bean
    ServletRegistrationBean<PvPoolServlet> pvPool() {
        var servlet = new ServletRegistrationBean<>(new PvPoolServlet(), "/items/pvc");
        servlet.setInitParameters(Map.of("dataSourceAttribute", "shop", "createTables", "true"));
        servlet.setLoadOnStartup(1);
        return servlet;
    }

    @Bean
    ServletContextInitializer pvPoolDataSource(DataSource dataSource) {
        return context -> context.setAttribute("shop", dataSource);
    }
    // end::pvpool[]
}
