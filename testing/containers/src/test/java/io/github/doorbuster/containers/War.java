package io.github.doorbuster.containers;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** An unpacked WAR of nothing but {@code web.xml} and the jars that a user of the kit puts beside it. */
final class War {

    /** One class of each jar: ours, and what they need. */
    private static final List<String> JARS = List.of(
            "io.github.doorbuster.httpstats.HttpStats",
            "io.github.doorbuster.buylock.BuyLock",
            "io.github.doorbuster.pvpool.PvPool",
            "tools.jackson.databind.ObjectMapper",
            "tools.jackson.core.JsonParser",
            "com.fasterxml.jackson.annotation.JsonInclude",
            "org.HdrHistogram.Histogram",
            "net.spy.memcached.MemcachedClient",
            "com.mysql.cj.jdbc.Driver");

    private War() {}

    /**
     * Writes the WAR.
     *
     * @param values what stands for each {@code @name@} of {@code web.xml}
     */
    static void write(Path directory, Map<String, String> values) throws Exception {
        Path webInf = directory.resolve("WEB-INF");
        Path lib = Files.createDirectories(webInf.resolve("lib"));
        for (String inside : JARS) {
            Path jar = jarOf(inside);
            Files.copy(jar, lib.resolve(jar.getFileName()));
        }
        String webXml = webXml();
        for (Map.Entry<String, String> value : values.entrySet()) {
            webXml = webXml.replace("@" + value.getKey() + "@", value.getValue().replace("&", "&amp;"));
        }
        Files.writeString(webInf.resolve("web.xml"), webXml);
    }

    private static Path jarOf(String className) throws ClassNotFoundException, URISyntaxException {
        Path jar = Path.of(Class.forName(className)
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " is no jar: run this by Maven (verify), which packages the modules");
        }
        return jar;
    }

    private static String webXml() throws IOException {
        try (InputStream in = Objects.requireNonNull(War.class.getResourceAsStream("/web.xml"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
