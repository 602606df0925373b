package io.github.doorbuster.httpstats.format;

import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/**
 * A web page that polls the JSON at its own URL and draws it. The page is self-contained; its Content-Security-Policy
 * allows its own script and style by their hashes, and connections to its own host only.
 */
final class HtmlFormat implements StatsFormat {

    private final byte[] body;
    private final Map<String, String> headers;

    HtmlFormat() {
        String script = resource("values.js") + resource("sections.js") + resource("page.js");
        String style = resource("page.css");
        body = resource("page.html")
                .replace("/* style */", style)
                .replace("/* script */", script)
                .getBytes(StandardCharsets.UTF_8);
        headers = Map.of(
                "Content-Security-Policy",
                "default-src 'none'; script-src '%s'; style-src '%s'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
                        .formatted(hash(script), hash(style)),
                "Referrer-Policy",
                "no-referrer");
    }

    @Override
    public String contentType() {
        return "text/html; charset=utf-8";
    }

    @Override
    public Map<String, String> headers() {
        return headers;
    }

    @Override
    public byte[] render(HttpStatsSnapshot snapshot, Sections sections) {
        return body.clone();
    }

    private static String resource(String name) {
        try (InputStream in = HtmlFormat.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
