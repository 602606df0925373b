package io.github.doorbuster.library;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;

/**
 * Binds the properties of a Spring Boot application to configuration records: the names are those of the record's
 * components in kebab case, behind a prefix, with the relaxed binding of Spring Boot. A list becomes a value with
 * commas. A property that no record has is an error.
 */
final class SpringProperties {

    private static final Pattern LIST_INDEX = Pattern.compile("(\\.\\d+|\\[\\d+])$");

    private final String prefix;
    private final Set<String> known = new TreeSet<>();

    /** The properties by their uniform name: in lower case, without hyphens. */
    private final Map<String, Property> properties = new TreeMap<>();

    private record Property(String name, String value) {}

    /** Reads the properties that are set under a prefix, such as {@code doorbuster.buylock}. */
    SpringProperties(Environment environment, String prefix) {
        this.prefix = prefix;
        Binder binder = Binder.get(environment);
        binder.bind(prefix, Bindable.mapOf(String.class, String.class))
                .orElse(Map.of())
                .forEach((name, value) -> {
                    String key = LIST_INDEX.matcher(name).replaceFirst("");
                    String text = key.equals(name) ? value : list(binder, prefix + "." + key);
                    properties.put(uniform(key), new Property(prefix + "." + key, text));
                });
    }

    private static String list(Binder binder, String name) {
        return String.join(",", binder.bind(name, Bindable.listOf(String.class)).orElse(List.of()));
    }

    /** {@return true if any property under the prefix is set} */
    boolean isAnySet() {
        return !properties.isEmpty();
    }

    boolean isSet(String component) {
        return properties.containsKey(uniform(component));
    }

    boolean hasText(String component) {
        Property property = properties.get(uniform(component));
        return property != null && !property.value().isBlank();
    }

    /**
     * Returns a copy of a record in which every component that a property names has that property's value.
     *
     * @throws InvalidConfigurationPropertyValueException if a value is not of its type, or the record rejects it
     */
    <R extends Record> R bind(R defaults) {
        Map<String, String> options = new TreeMap<>();
        for (RecordComponent component : defaults.getClass().getRecordComponents()) {
            known.add(component.getName());
            Property property = properties.get(uniform(component.getName()));
            if (property != null) {
                options.put(component.getName(), property.value());
            }
        }
        try {
            return new RecordBinder(options).bind(defaults);
        } catch (IllegalArgumentException e) {
            throw rejected(options, e);
        }
    }

    /** The message of a record starts with {@code key=value: }, or with {@code key=***: } if the value is a secret. */
    private RuntimeException rejected(Map<String, String> options, IllegalArgumentException e) {
        String message = String.valueOf(e.getMessage());
        for (Map.Entry<String, String> option : options.entrySet()) {
            if (message.startsWith(option.getKey() + "=")) {
                String reason = message.substring(message.indexOf(": ") + 2);
                String value = message.startsWith(option.getKey() + "=***: ") ? "***" : option.getValue();
                return new InvalidConfigurationPropertyValueException(property(option.getKey()), value, reason);
            }
        }
        return new IllegalStateException(prefix + ": " + message, e);
    }

    /**
     * Rejects the properties that no record bound so far has a component for. Their values are not printed: one may be
     * a secret under a misspelt name.
     *
     * @throws IllegalStateException if there are any
     */
    void rejectUnknown() {
        Map<String, Property> unknown = new TreeMap<>(properties);
        known.forEach(component -> unknown.remove(uniform(component)));
        if (!unknown.isEmpty()) {
            throw new IllegalStateException("%s: no such property; the properties are %s"
                    .formatted(
                            unknown.values().stream().map(Property::name).collect(Collectors.joining(", ")),
                            known.stream().map(this::property).collect(Collectors.joining(", "))));
        }
    }

    private String property(String component) {
        return prefix + "." + component.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String uniform(String name) {
        return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
    }
}
