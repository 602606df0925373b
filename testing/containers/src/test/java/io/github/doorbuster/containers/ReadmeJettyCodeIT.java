package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compiles the Jetty code of the README and serves requests with it. */
@Tag("servlet-6.0")
@Timeout(60)
class ReadmeJettyCodeIT {

    private static final List<String> IMPORTED = List.of(
            "io.github.doorbuster.buylock",
            "io.github.doorbuster.buylock.memcached",
            "io.github.doorbuster.buylock.servlet",
            "io.github.doorbuster.httpstats",
            "io.github.doorbuster.httpstats.servlet",
            "io.github.doorbuster.pvpool",
            "io.github.doorbuster.pvpool.jdbc",
            "io.github.doorbuster.pvpool.servlet",
            "jakarta.servlet",
            "java.util",
            "javax.sql",
            "org.eclipse.jetty.ee10.servlet");

    @TempDir
    private Path directory;

    @Test
    void theJettyCodeDoesAllThreeJobs() throws Exception {
        try (MemcachedServer memcached = MemcachedServer.start()) {
            MariaDbServer mariaDb = MariaDbServer.shared();
            MysqlDataSource dataSource = new MysqlDataSource();
            dataSource.setUrl(mariaDb.jdbcUrl("readme_jetty"));
            dataSource.setUser(mariaDb.user());
            dataSource.setPassword(mariaDb.password());
            Server server = new Server(new InetSocketAddress("127.0.0.1", 0));
            server.setHandler(wired(memcached.address(), dataSource));
            server.start();
            try {
                use(URI.create("http://127.0.0.1:" + ((NetworkConnector) server.getConnectors()[0]).getLocalPort()));
            } finally {
                server.stop();
            }
        }
    }

    private static void use(URI uri) throws Exception {
        Wire.Answer views = Wire.send(
                uri,
                "POST",
                "/items/pvc",
                Map.of("Content-Type", "application/json"),
                Wire.bytes("{\"item_ids\":[1,2]}"));
        assertThat(views.status()).isEqualTo(202);
        // There is no shop behind the lock, which takes and gives back its lease all the same.
        int bought = Wire.post(uri, "/buy", "item_id=1").status();
        assertThat(bought).isIn(404, 405);
        await().untilAsserted(() -> {
            JsonNode stats =
                    JsonMapper.shared().readTree(Wire.get(uri, "/stats").body());
            assertThat(stats.at("/request/status_count/202").asInt()).isEqualTo(1);
            assertThat(stats.at("/request/status_count/" + bought).asInt()).isEqualTo(1);
            assertThat(stats.at("/buylock/granted").asInt()).isEqualTo(1);
            assertThat(stats.at("/pvpool/accepted_views").asInt()).isEqualTo(2);
        });
    }

    private Handler wired(String memcached, DataSource dataSource) throws Exception {
        String code = Readme.replace(Readme.jettyCode(), "cache1:11211,cache2:11211", memcached);
        String imports =
                IMPORTED.stream().map(name -> "import " + name + ".*;\n").collect(Collectors.joining());
        Path source = Files.writeString(directory.resolve("Snippet.java"), """
                %s
                public class Snippet {
                    public static ServletContextHandler wire(DataSource dataSource) throws Exception {
                        %s
                        return context;
                    }
                }
                """.formatted(imports, code));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        boolean compiled = compiler.getTask(
                        messages,
                        null,
                        null,
                        List.of("-d", directory.toString(), "-cp", System.getProperty("java.class.path")),
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source))
                .call();
        assertThat(compiled).as(messages.toString()).isTrue();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
            return (Handler) loader.loadClass("Snippet")
                    .getMethod("wire", DataSource.class)
                    .invoke(null, dataSource);
        }
    }
}
