package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.testing.KitThreads;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.Ports;
import io.github.doorbuster.testing.RawHttpClient;
import io.github.doorbuster.testing.Repository;
import java.io.IOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Each {@code web.xml} of the documentation, in an application without code of its own. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.github.doorbuster.containers.ContainerVersion#warUnderTest")
@Timeout(120)
class WarIT {

    private static final Pattern DATA_SOURCE = Pattern.compile(
            "<init-param>\\s*<param-name>(dataSource|jdbcUrl)</param-name>\\s*<param-value>.*?</param-value>\\s*</init-param>");
    private static final Pattern USER = Pattern.compile(
            "<init-param>\\s*<param-name>jdbcUser</param-name>\\s*<param-value>.*?</param-value>\\s*</init-param>");

    private static MemcachedServer memcached;

    private final ContainerVersion version;
    private final ServletContainer container;

    @TempDir
    private Path directory;

    WarIT(ContainerVersion version) {
        this.version = version;
        container = version.running();
    }

    @BeforeAll
    static void startMemcached() {
        memcached = MemcachedServer.start();
    }

    @AfterAll
    static void endMemcached() {
        memcached.close();
    }

    @AfterEach
    void undeploy() {
        container.undeploy();
    }

    @Test
    void readmeNeedsOnlyTheJarsAndLeavesNoThread() throws Exception {
        deploy("readme");
        useAllThree();
        container.undeploy();
        await().untilAsserted(() -> assertThat(KitThreads.alive()).isEmpty());
        await().untilAsserted(() -> assertThat(threadsOf(directory)).isEmpty());
    }

    @Test
    void readmeStartsWithoutMemcachedAndMySql() throws Exception {
        String text = Repository.read("testing/containers/src/test/resources/web-xml/readme.xml");
        War.write(
                directory,
                text.replace("127.0.0.1:11211", "127.0.0.1:" + Ports.free())
                        .replace("127.0.0.1:3306", "127.0.0.1:" + Ports.free()));
        container.deploy(directory);
        URI uri = container.uri();
        assertThat(KitClient.views(uri).status()).isEqualTo(202);
        assertThat(KitClient.buy(uri).status()).isIn(404, 405);
        await().untilAsserted(() -> {
            JsonNode stats = KitClient.stats(uri);
            assertThat(stats.at("/buylock/without_lease").asInt()).isEqualTo(1);
            assertThat(stats.at("/pvpool/pending_views").asInt()).isEqualTo(3);
        });
    }

    @Test
    void httpstats() throws Exception {
        deploy("httpstats");
        assertThat(RawHttpClient.get(container.uri(), "/nothing").status()).isEqualTo(404);
        await().untilAsserted(() -> assertThat(KitClient.stats(container.uri())
                        .at("/request/status_count/404")
                        .asInt())
                .isEqualTo(1));
    }

    @Test
    void buylockTakesALeaseInMemcached() throws Exception {
        deploy("buylock");
        long sets = commandsSet();
        assertThat(KitClient.buy(container.uri()).status()).isIn(404, 405);
        assertThat(commandsSet()).isGreaterThan(sets);
    }

    @Test
    void pvpoolReturnsTheCounts() throws Exception {
        new JdbcPvStore(
                        KitClient.dataSource(database("pvpool")),
                        JdbcConfig.builder().createTables(true).build())
                .prepare();
        deploy("pvpool");
        assertThat(KitClient.views(container.uri()).status()).isEqualTo(202);
        assertThat(RawHttpClient.get(container.uri(), "/items/pvc?item_ids=1,m2")
                        .text())
                .isEqualTo("{\"pvc\":{\"1\":2,\"m2\":1}}");
    }

    private void useAllThree() throws IOException {
        URI uri = container.uri();
        assertThat(KitClient.views(uri).status()).isEqualTo(202);
        int bought = KitClient.buy(uri).status();
        assertThat(bought).isIn(404, 405);

        await().untilAsserted(() -> {
            JsonNode stats = KitClient.stats(uri);
            assertThat(stats.at("/request/status_count/202").asInt()).isEqualTo(1);
            assertThat(stats.at("/request/status_count/" + bought).asInt()).isEqualTo(1);
            assertThat(stats.at("/buylock/granted").asInt()).isEqualTo(1);
            assertThat(stats.at("/buylock/without_lease").asInt()).isZero();
            assertThat(stats.at("/buylock/holding").asInt()).isZero();
            assertThat(stats.at("/pvpool/written_views").asInt()).isEqualTo(3);
        });
    }

    private long commandsSet() {
        return memcached.command("stats").stream()
                .filter(line -> line.startsWith("STAT cmd_set "))
                .mapToLong(line -> Long.parseLong(line.substring("STAT cmd_set ".length())))
                .findFirst()
                .orElseThrow();
    }

    private void deploy(String name) throws Exception {
        War.write(directory, webXml(name));
        container.deploy(directory);
    }

    /** {@return the file of the documentation with the servers and folders of this test} */
    private String webXml(String name) throws IOException {
        Map<String, String> replacements = Map.of(
                "127.0.0.1:11211",
                memcached.address(),
                "10.0.0.5:11211",
                memcached.address(),
                "/var/lib/shop/views",
                directory.resolve("views").toString());
        String text = Repository.read("testing/containers/src/test/resources/web-xml/" + name + ".xml");
        for (Map.Entry<String, String> each : replacements.entrySet()) {
            text = text.replace(each.getKey(), each.getValue());
        }
        MariaDbServer mariaDb = MariaDbServer.shared();
        String url = mariaDb.jdbcUrl(database(name)).replace("&", "&amp;");
        return DATA_SOURCE
                .matcher(USER.matcher(text).replaceAll(""))
                .replaceAll(Matcher.quoteReplacement(param("jdbcUrl", url)
                        + param("jdbcUser", mariaDb.user())
                        + param("jdbcPassword", mariaDb.password())));
    }

    private String database(String name) {
        return "war_" + name + "_" + version.name().toLowerCase(Locale.ROOT);
    }

    /** {@return the names of the threads with code or a context class loader from a directory} */
    private static List<String> threadsOf(Path directory) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> isFrom(directory, thread.getContextClassLoader())
                        || isFrom(directory, thread.getClass().getClassLoader()))
                .map(Thread::getName)
                .toList();
    }

    private static boolean isFrom(Path directory, @Nullable ClassLoader loader) {
        return loader instanceof URLClassLoader urls
                && Arrays.stream(urls.getURLs()).anyMatch(url -> url.getPath().startsWith(directory.toString()));
    }

    private static String param(String name, String value) {
        return "<init-param><param-name>%s</param-name><param-value>%s</param-value></init-param>"
                .formatted(name, value);
    }
}
