import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the metadata of a part's Spring Boot properties, with which an IDE completes and explains them. Its source are
 * the option tables of the documentation, which tests compare with the code.
 *
 * <p>Arguments: the part, the options that are no properties (separated by commas), the folder of the documentation, and
 * the file to write.
 */
final class ConfigurationMetadata {

    private static final List<String> COLUMNS = List.of("unit", "default", "allowed");
    private static final Pattern NUMBERS = Pattern.compile("(?:`\\w+`|[0-9,]+) to ([0-9,]+)");
    private static final Pattern CONSTANTS = Pattern.compile("`[A-Z_]+`(, `[A-Z_]+`)+");

    private ConfigurationMetadata() {}

    public static void main(String[] args) throws IOException {
        String part = args[0];
        Path docs = Path.of(args[2]);
        Map<String, List<String>> rows = new LinkedHashMap<>();
        for (List<String> row : optionRows(docs.resolve("spring-boot.md"))) {
            if (row.get(0).startsWith(part + ".")) {
                rows.put(row.get(0).substring(part.length() + 1), row);
            }
        }
        for (List<String> row : optionRows(docs.resolve(part + ".md"))) {
            rows.putIfAbsent(kebab(row.get(0)), row);
        }
        Arrays.stream(args[1].split(",")).map(ConfigurationMetadata::kebab).forEach(rows::remove);
        Path target = Path.of(args[3]);
        Files.createDirectories(target.getParent());
        Files.writeString(target, json("doorbuster." + part, rows));
    }

    /** Returns the rows of the option tables: key, unit, default, allowed, description. */
    private static List<List<String>> optionRows(Path page) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        boolean inTable = false;
        for (String line : Files.readAllLines(page)) {
            List<String> cells = Arrays.stream(line.split("(?<!\\\\)\\|", -1))
                    .map(String::strip)
                    .toList();
            if (cells.size() < 6) {
                inTable = false;
            } else if (cells.subList(2, 5).equals(COLUMNS)) {
                inTable = true;
            } else if (inTable && !cells.get(1).startsWith("---")) {
                rows.add(cells.subList(1, 6).stream().map(ConfigurationMetadata::plain).toList());
            }
        }
        return rows;
    }

    /** Removes links, escapes and, from the key, the marks of code. */
    private static String plain(String cell) {
        String text = cell.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1").replace("\\|", "|");
        return text.matches("`[a-z][A-Za-z.-]*`") ? text.replace("`", "") : text;
    }

    private static String json(String prefix, Map<String, List<String>> rows) {
        List<String> properties = new ArrayList<>();
        List<String> hints = new ArrayList<>();
        rows.forEach((name, row) -> {
            properties.add(property(prefix + "." + name, row));
            if (CONSTANTS.matcher(row.get(3)).matches()) {
                String values = String.join(
                        ", ",
                        Arrays.stream(row.get(3).replace("`", "").split(", "))
                                .map(value -> "{\"value\": \"" + value + "\"}")
                                .toList());
                hints.add("    {\"name\": \"%s.%s\", \"values\": [%s]}".formatted(prefix, name, values));
            }
        });
        return "{\n  \"groups\": [{\"name\": \"%s\"}],\n  \"properties\": [\n%s\n  ],\n  \"hints\": [%s]\n}\n"
                .formatted(
                        prefix,
                        String.join(",\n", properties),
                        hints.isEmpty() ? "" : "\n" + String.join(",\n", hints) + "\n  ");
    }

    private static String property(String name, List<String> row) {
        String type = type(row.get(3));
        String unit = row.get(1).isEmpty() ? "" : " Unit: " + row.get(1) + ".";
        String allowed = row.get(3).isEmpty() ? "" : " Allowed: " + row.get(3) + ".";
        String description = sentence(row.get(4)) + unit + allowed;
        String value = row.get(2).replace("`", "");
        String defaultValue = value.isEmpty() || value.equals("none") ? "" : ", \"defaultValue\": " + literal(type, value);
        return "    {\"name\": %s, \"type\": %s, \"description\": %s%s}"
                .formatted(quoted(name), quoted(type), quoted(description.replace("`", "").strip()), defaultValue);
    }

    private static String type(String allowed) {
        Matcher numbers = NUMBERS.matcher(allowed);
        if (numbers.matches()) {
            boolean fits = Long.parseLong(numbers.group(1).replace(",", "")) <= Integer.MAX_VALUE;
            return fits ? "java.lang.Integer" : "java.lang.Long";
        }
        return allowed.equals("true, false") ? "java.lang.Boolean" : "java.lang.String";
    }

    private static String literal(String type, String value) {
        return type.equals("java.lang.String") ? quoted(value) : value.replace(",", "");
    }

    private static String sentence(String text) {
        if (text.isEmpty()) {
            return "";
        }
        String begun = text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
        return Set.of('.', '?', '!').contains(begun.charAt(begun.length() - 1)) ? begun : begun + ".";
    }

    private static String kebab(String key) {
        return key.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
