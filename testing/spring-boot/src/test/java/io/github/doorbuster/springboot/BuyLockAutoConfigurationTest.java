package io.github.doorbuster.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.buylock.spring.BuyLockAutoConfiguration;
import jakarta.servlet.DispatcherType;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContext;

class BuyLockAutoConfigurationTest {

    private static final String NO_SERVER = "doorbuster.buylock.memcached=127.0.0.1:1";

    private final WebApplicationContextRunner application =
            new WebApplicationContextRunner().withConfiguration(AutoConfigurations.of(BuyLockAutoConfiguration.class));

    private final WebApplicationContextRunner shop =
            application.withPropertyValues("doorbuster.buylock.url-patterns=/buy, /items/*");

    @Test
    void isOffWithoutUrlPatterns() {
        application.run(context -> assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean(BuyLock.class)
                .doesNotHaveBean(FilterRegistrationBean.class)
                .doesNotHaveBean(HealthIndicator.class));
    }

    @Test
    void locksThePatternsBehindAuthentication() {
        shop.run(context -> {
            FilterRegistrationBean<?> filter = filter(context);
            assertThat(filter.getUrlPatterns()).containsExactly("/buy", "/items/*");
            assertThat(filter.getOrder()).isGreaterThan(0);
            assertThat(filter.isAsyncSupported()).isTrue();
            assertThat(filter.determineDispatcherTypes()).isEqualTo(EnumSet.allOf(DispatcherType.class));
        });
    }

    @Test
    void patternsMayBeAList() {
        application
                .withPropertyValues(
                        "doorbuster.buylock.url-patterns[0]=/buy", "doorbuster.buylock.url-patterns[1]=/items/*")
                .run(context -> assertThat(filter(context).getUrlPatterns()).containsExactly("/buy", "/items/*"));
    }

    @Test
    void propertiesMayBeEnvironmentVariables() {
        application
                .withInitializer(context -> TestPropertyValues.of(
                                "DOORBUSTER_BUYLOCK_URLPATTERNS=/buy", "DOORBUSTER_BUYLOCK_WAITMILLIS=1234")
                        .applyTo(context.getEnvironment(), TestPropertyValues.Type.SYSTEM_ENVIRONMENT))
                .run(context -> {
                    assertThat(context.getBean(BuyLock.class).config().waitMillis())
                            .isEqualTo(1234);
                    assertThat(filter(context).getUrlPatterns()).containsExactly("/buy");
                });
    }

    @Test
    void aMisspeltPropertyFailsTheStartAlsoWhenTheLockIsOff() {
        application
                .withPropertyValues("doorbuster.buylock.url-pattern=/buy")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageStartingWith("doorbuster.buylock.url-pattern: no such property")
                        .hasMessageContaining("doorbuster.buylock.url-patterns"));
    }

    @Test
    void aBadPatternOrItemIdFailsTheStart() {
        application
                .withPropertyValues("doorbuster.buylock.url-patterns=buy")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("doorbuster.buylock.url-patterns"));
        shop.withPropertyValues("doorbuster.buylock.item-id=cookie:id")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("doorbuster.buylock.item-id"));
    }

    @Test
    void aBadSecretIsNotPrinted() {
        shop.withPropertyValues("doorbuster.buylock.ticket-secret=tooshort").run(context -> {
            assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("doorbuster.buylock.ticket-secret");
            StringWriter trace = new StringWriter();
            context.getStartupFailure().printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString()).contains("***").doesNotContain("tooshort");
        });
    }

    @Test
    void beansOfTheApplicationReplaceTheDefaults() {
        LockStore store = new InMemoryLockStore();
        shop.withBean(LockStore.class, () -> store)
                .run(context -> assertThat(context.getBean(LockStore.class)).isSameAs(store));
        BuyLock lock = BuyLock.builder().store(store).build();
        shop.withBean(BuyLock.class, () -> lock)
                .run(context -> assertThat(context.getBean(BuyLock.class)).isSameAs(lock));
        FilterRegistrationBean<BuyLockFilter> filter = new FilterRegistrationBean<>(new BuyLockFilter(lock));
        shop.withBean("ownFilter", FilterRegistrationBean.class, () -> filter)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void aStoreThatIsDownIsUpUnlessPurchasesAreRejected() {
        shop.withPropertyValues(NO_SERVER).run(context -> {
            Health health = context.getBean(HealthIndicator.class).health();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsEntry("store", "DOWN").containsEntry("whenStoreFails", "LOCAL");
        });
        shop.withPropertyValues("management.health.buylock.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(HealthIndicator.class));
        shop.withPropertyValues(NO_SERVER, "doorbuster.buylock.when-store-fails=REJECT")
                .run(context -> assertThat(
                                context.getBean(HealthIndicator.class).health().getStatus())
                        .isEqualTo(Status.DOWN));
    }

    private static FilterRegistrationBean<?> filter(ApplicationContext context) {
        return context.getBean(FilterRegistrationBean.class);
    }
}
