package io.github.doorbuster.containers;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An unpacked WAR that has only a {@code web.xml} and the jars that a user of the kit adds. */
final class War {

    /** One class of each jar: the kit and its dependencies. */
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

    static void write(Path directory, String webXml) throws Exception {
        Path webInf = directory.resolve("WEB-INF");
        Path lib = Files.createDirectories(webInf.resolve("lib"));
        for (String inside : JARS) {
            Path jar = jarOf(inside);
            Files.copy(jar, lib.resolve(jar.getFileName()));
        }
        Files.writeString(webInf.resolve("web.xml"), webXml);
    }

    static Path jarOf(String className) throws ClassNotFoundException, URISyntaxException {
        Path jar = Path.of(Class.forName(className)
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(
                    jar + " is not a jar: run this by Maven (verify), which packages the modules");
        }
        return jar;
    }
}
