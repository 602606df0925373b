package io.github.doorbuster.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.github.doorbuster.httpstats.spring.HttpStatsAutoConfiguration;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.HandlerMapping;

class HttpStatsAutoConfigurationTest {

    private final WebApplicationContextRunner application = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(HttpStatsAutoConfiguration.class));

    @Test
    void isOnByDefaultBeforeAllOtherFilters() {
        application.run(context -> {
            assertThat(context.getBean(HttpStats.class).config().routeAttribute())
                    .isEqualTo(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
            FilterRegistrationBean<?> filter = filter(context);
            assertThat(filter.getOrder()).isEqualTo(Ordered.HIGHEST_PRECEDENCE);
            assertThat(filter.isAsyncSupported()).isTrue();
            assertThat(filter.determineDispatcherTypes()).isEqualTo(EnumSet.allOf(DispatcherType.class));
            assertThat(servlet(context).getUrlMappings()).containsExactly("/stats");
        });
    }

    @Test
    void enabledFalseTurnsItOff() {
        application
                .withPropertyValues("doorbuster.httpstats.enabled=false")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(HttpStats.class)
                        .doesNotHaveBean(FilterRegistrationBean.class));
    }

    @Test
    void propertiesAreTheInitParamsInKebabCase() {
        application
                .withPropertyValues(
                        "doorbuster.httpstats.sampling-factor=10",
                        "doorbuster.httpstats.bufferSize=500",
                        "doorbuster.httpstats.path=/internal/stats",
                        "doorbuster.httpstats.allow[0]=10.0.0.0/8",
                        "doorbuster.httpstats.allow[1]=127.0.0.1")
                .run(context -> {
                    HttpStatsConfig config = context.getBean(HttpStats.class).config();
                    assertThat(config.samplingFactor()).isEqualTo(10);
                    assertThat(config.bufferSize()).isEqualTo(500);
                    assertThat(servlet(context).getUrlMappings()).containsExactly("/internal/stats");
                });
    }

    @Test
    void aValueOutOfRangeFailsTheStartWithItsPropertyAndRange() {
        application
                .withPropertyValues("doorbuster.httpstats.sampling-factor=0")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasRootCauseInstanceOf(InvalidConfigurationPropertyValueException.class)
                        .rootCause()
                        .hasMessageContaining("doorbuster.httpstats.sampling-factor")
                        .hasMessageContaining("must be between 1 and 1000000"));
    }

    @Test
    void anUnknownPropertyFailsTheStartWithoutItsValue() {
        application
                .withPropertyValues("doorbuster.httpstats.tokn=secret")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageStartingWith("doorbuster.httpstats.tokn: no such property; the properties are ")
                        .hasMessageContaining("doorbuster.httpstats.max-routes")
                        .hasMessageNotContaining("secret"));
    }

    @Test
    void aBeanOfTheApplicationReplacesTheDefault() {
        HttpStats own = HttpStats.builder().build();
        application
                .withBean(HttpStats.class, () -> own)
                .run(context -> assertThat(context.getBean(HttpStats.class)).isSameAs(own));
    }

    private static FilterRegistrationBean<?> filter(ApplicationContext context) {
        return context.getBean(FilterRegistrationBean.class);
    }

    private static ServletRegistrationBean<?> servlet(ApplicationContext context) {
        return context.getBean(ServletRegistrationBean.class);
    }
}
