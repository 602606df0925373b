package io.github.doorbuster.pvpool.spring;

import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.ViewJournal;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import io.github.doorbuster.pvpool.journal.Journals;
import io.github.doorbuster.pvpool.servlet.ClientLimits;
import io.github.doorbuster.pvpool.servlet.HttpLimits;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** The properties {@code doorbuster.pvpool.*}. */
record PvPoolProperties(
        Mapping mapping,
        JdbcConfig jdbc,
        PvPoolConfig pool,
        JournalConfig journal,
        HttpLimits http,
        ClientLimits clients) {

    private static final Logger LOG = System.getLogger(PvPoolProperties.class.getName());
    private static final String PREFIX = "doorbuster.pvpool";
    private static final String SWITCH = "path";

    /** Where views are posted, a property that exists only in Spring Boot, and the name of the pool. */
    record Mapping(String path, String name) {

        Mapping {
            if (!path.isEmpty() && !path.startsWith("/")) {
                throw new IllegalArgumentException("path=%s: must start with a /".formatted(path));
            }
        }
    }

    static PvPoolProperties of(Environment environment) {
        SpringProperties properties = new SpringProperties(environment, PREFIX);
        PvPoolProperties bound = new PvPoolProperties(
                properties.bind(new Mapping("", "")),
                properties.bind(JdbcConfig.builder().build()),
                properties.bind(PvPoolConfig.builder().build()),
                properties.bind(JournalConfig.builder().build()),
                properties.bind(HttpLimits.DEFAULTS),
                properties.bind(ClientLimits.DEFAULTS));
        properties.rejectUnknown();
        if (properties.isAnySet() && bound.mapping.path.isEmpty()) {
            LOG.log(Level.WARNING, PREFIX + " is set without path, so page views are not counted");
        }
        return bound;
    }

    ViewJournal createJournal() {
        return Journals.of(journal);
    }

    /** Whether the application sets the path to which views are posted. */
    static final class OnPath implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return new SpringProperties(context.getEnvironment(), PREFIX).hasText(SWITCH);
        }
    }
}
