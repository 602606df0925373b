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
import java.util.function.Supplier;

/**
 * A page for people that keeps drawing the JSON of its own address. It is one file without any other; its policy allows
 * exactly its own script and style, by their hashes, and no host but this one.
 */
public final class HtmlPage implements StatsFormat {

    private final byte[] page;
    private final Map<String, String> headers;

    /** Puts the page together from its three parts. */
    public HtmlPage() {
        String script = resource("page.js");
        String style = resource("page.css");
        page = resource("page.html")
                .replace("/* page.css */", style)
                .replace("/* page.js */", script)
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
    public byte[] render(HttpStatsSnapshot snapshot, Map<String, Supplier<?>> sections) {
        return page.clone();
    }

    private static String resource(String name) {
        try (InputStream in = HtmlPage.class.getResourceAsStream(name)) {
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
