package io.github.doorbuster.buylock.spring;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.micrometer.BuyLockMetrics;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Locks the purchases of a Spring Boot application: the requests that match {@code doorbuster.buylock.url-patterns}.
 * Without this property, it does nothing. The other properties {@code doorbuster.buylock.*} have the names of the
 * init-params in kebab case.
 *
 * <p>The filter runs behind all others, such as authentication, for every dispatcher type. When the application closes,
 * the purchases that wait are rejected first, those in progress end, and the leases are released. Each bean gives way
 * to one of the application.
 */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
public final class BuyLockAutoConfiguration {

    private static final int BEHIND_OTHER_FILTERS = Ordered.LOWEST_PRECEDENCE - 10;

    @Bean
    BuyLockProperties buyLockProperties(Environment environment) {
        return BuyLockProperties.of(environment);
    }

    /** The lock and its filter. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(BuyLockProperties.OnUrlPatterns.class)
    static class Lock {

        @Bean
        @ConditionalOnMissingBean
        LockStore lockStore(BuyLockProperties properties) {
            return properties.store().open();
        }

        @Bean
        @ConditionalOnMissingBean
        BuyLock buyLock(LockStore store, BuyLockProperties properties) {
            return BuyLock.builder().config(properties.lock()).store(store).build();
        }

        @Bean
        @ConditionalOnMissingBean(value = BuyLockFilter.class, parameterizedContainer = FilterRegistrationBean.class)
        FilterRegistrationBean<BuyLockFilter> buyLockFilter(BuyLock lock, BuyLockProperties properties) {
            FilterRegistrationBean<BuyLockFilter> bean =
                    new FilterRegistrationBean<>(new BuyLockFilter(lock, properties.filter()));
            bean.setUrlPatterns(properties.mapping().list());
            bean.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
            bean.setOrder(BEHIND_OTHER_FILTERS);
            return bean;
        }

        @Bean
        WaiterRejection waiterRejection(FilterRegistrationBean<BuyLockFilter> registration) {
            return new WaiterRejection(registration.getFilter());
        }
    }

    /** Health in Spring Boot 3. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(BuyLockProperties.OnUrlPatterns.class)
    @ConditionalOnProperty(name = "management.health.buylock.enabled", matchIfMissing = true)
    @ConditionalOnClass(name = "org.springframework.boot.actuate.health.HealthIndicator")
    static class HealthOfBoot3 {

        @Bean
        @ConditionalOnMissingBean(name = "buyLockHealthIndicator")
        org.springframework.boot.actuate.health.HealthIndicator buyLockHealthIndicator(BuyLock lock) {
            return () -> {
                StoreHealth health = StoreHealth.of(lock);
                return org.springframework.boot.actuate.health.Health.status(health.status())
                        .withDetails(health.details())
                        .build();
            };
        }
    }

    /** Health in Spring Boot 4. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(BuyLockProperties.OnUrlPatterns.class)
    @ConditionalOnProperty(name = "management.health.buylock.enabled", matchIfMissing = true)
    @ConditionalOnClass(name = "org.springframework.boot.health.contributor.HealthIndicator")
    static class HealthOfBoot4 {

        @Bean
        @ConditionalOnMissingBean(name = "buyLockHealthIndicator")
        org.springframework.boot.health.contributor.HealthIndicator buyLockHealthIndicator(BuyLock lock) {
            return () -> {
                StoreHealth health = StoreHealth.of(lock);
                return org.springframework.boot.health.contributor.Health.status(health.status())
                        .withDetails(health.details())
                        .build();
            };
        }
    }

    /** The meters, which Spring Boot binds to the registry of the application. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(BuyLockProperties.OnUrlPatterns.class)
    @ConditionalOnClass(name = "io.micrometer.core.instrument.binder.MeterBinder")
    static class Meters {

        @Bean
        @ConditionalOnMissingBean
        BuyLockMetrics buyLockMetrics(BuyLock lock) {
            return new BuyLockMetrics(lock);
        }
    }
}
