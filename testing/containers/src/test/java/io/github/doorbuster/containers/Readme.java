package io.github.doorbuster.containers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The code that the README prints: tests run that, not a copy of it. */
final class Readme {

    private static final Path FILE = Path.of("..", "..", "README.md");

    private Readme() {}

    /** What {@code web.xml} shall hold, with servers that exist put in the place of those the README invents. */
    static String webXml() {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
                %s
                </web-app>
                """.formatted(block("xml"));
    }

    /** The statements that wire the kit into Jetty. */
    static String jettyCode() {
        return block("java");
    }

    /** Replaces a part that must be there. */
    static String replace(String text, String part, String replacement) {
        if (!text.contains(part)) {
            throw new IllegalStateException("the README no longer has: " + part);
        }
        return text.replace(part, replacement);
    }

    private static String block(String language) {
        try {
            Matcher block = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                    .matcher(Files.readString(FILE));
            if (!block.find()) {
                throw new IllegalStateException("the README has no " + language + " block");
            }
            return block.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
