package io.github.doorbuster.springboot;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.github.doorbuster.httpstats.servlet.HttpStatsFilter;
import io.github.doorbuster.httpstats.servlet.StatsServlet;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.HandlerMapping;

@Configuration
class StatsConfiguration {

    @Bean
    HttpStats httpStats() {
        HttpStatsConfig config = HttpStatsConfig.builder()
                .samplingFactor(10)
                .routeAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE)
                .build();
        return HttpStats.builder().config(config).build();
    }

    @Bean
    FilterRegistrationBean<HttpStatsFilter> httpStatsFilter(HttpStats stats) {
        FilterRegistrationBean<HttpStatsFilter> bean = new FilterRegistrationBean<>(new HttpStatsFilter(stats));
        bean.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
        bean.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return bean;
    }

    @Bean
    ServletRegistrationBean<StatsServlet> statsServlet(HttpStats stats) {
        return new ServletRegistrationBean<>(new StatsServlet(stats), "/stats");
    }
}
