package io.github.doorbuster.demo.shop;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A template of a page or of a part of a page, with placeholders {@code {{name}}}. */
final class Page {

    /** The headers of every page. They allow no other host and nothing inline. */
    static final Map<String, String> HEADERS = Map.of(
            "Content-Type",
            "text/html;charset=utf-8",
            "Cache-Control",
            "no-cache",
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "Referrer-Policy",
            "same-origin",
            "X-Content-Type-Options",
            "nosniff");

    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

    private final String template;
    private final Map<String, String> common;

    Page(String name, Assets assets) throws IOException {
        this.template = new String(Assets.resource("pages/" + name), StandardCharsets.UTF_8);
        this.common = Map.of("assets", assets.root());
    }

    /**
     * Returns the page with its values.
     *
     * @param values HTML by name; text must be {@linkplain #escape escaped}
     */
    String fill(Map<String, String> values) {
        Map<String, String> all = new HashMap<>(common);
        all.putAll(values);
        return PLACE.matcher(template).replaceAll(place -> {
            String name = place.group(1);
            return Matcher.quoteReplacement(Objects.requireNonNull(all.get(name), name));
        });
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    static void send(HttpServletResponse response, String html) throws IOException {
        byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
        HEADERS.forEach(response::setHeader);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
