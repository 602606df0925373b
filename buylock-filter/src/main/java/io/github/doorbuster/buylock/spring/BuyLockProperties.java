package io.github.doorbuster.buylock.spring;

import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.servlet.BuyLockFilterConfig;
import io.github.doorbuster.buylock.servlet.StoreParams;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** The properties {@code doorbuster.buylock.*}. */
record BuyLockProperties(Mapping mapping, BuyLockConfig lock, BuyLockFilterConfig filter, StoreParams store) {

    private static final Logger LOG = System.getLogger(BuyLockProperties.class.getName());
    private static final String PREFIX = "doorbuster.buylock";
    private static final String SWITCH = "urlPatterns";

    /**
     * The properties that exist only in Spring Boot.
     *
     * @param urlPatterns the paths of purchases, separated by commas
     */
    record Mapping(String urlPatterns) {

        Mapping {
            for (String pattern : urlPatterns.split(",")) {
                if (!urlPatterns.isEmpty() && !pattern.strip().matches("[/*].*")) {
                    throw new IllegalArgumentException(
                            "urlPatterns=%s: must be URL patterns of servlets, such as /buy or /items/*, separated by commas"
                                    .formatted(urlPatterns));
                }
            }
        }

        List<String> list() {
            return List.of(urlPatterns.strip().split("\\s*,\\s*"));
        }
    }

    static BuyLockProperties of(Environment environment) {
        SpringProperties properties = new SpringProperties(environment, PREFIX);
        BuyLockProperties bound = new BuyLockProperties(
                properties.bind(new Mapping("")),
                properties.bind(BuyLockConfig.builder().build()),
                properties.bind(BuyLockFilterConfig.builder().build()),
                properties.bind(StoreParams.DEFAULTS));
        properties.rejectUnknown();
        if (properties.isAnySet() && bound.mapping.urlPatterns.isEmpty()) {
            LOG.log(Level.WARNING, PREFIX + " is set without url-patterns, so purchases are not locked");
        }
        return bound;
    }

    /** Whether the application sets the paths of purchases. */
    static final class OnUrlPatterns implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return new SpringProperties(context.getEnvironment(), PREFIX).hasText(SWITCH);
        }
    }
}
