package io.github.doorbuster.demo;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Takes the value of a missing option from the environment: {@code DOORBUSTER_JOURNAL_DIR} for {@code --journal-dir}.
 */
final class EnvironmentVariables implements IDefaultValueProvider {

    private static final String PREFIX = "DOORBUSTER_";

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        return argument instanceof OptionSpec option ? System.getenv(nameOf(option)) : null;
    }

    static String nameOf(OptionSpec option) {
        return PREFIX + option.longestName().substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
