package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The parts dropped into an application that has no code of its own, with each {@code web.xml} that the docs print. */
@OnEveryContainer
class WarIT {

    private static final Pattern DATA_SOURCE = Pattern.compile(
            "<init-param>\\s*<param-name>dataSource</param-name>\\s*<param-value>.*?</param-value>\\s*</init-param>");

    private static MemcachedServer memcached;

    private final Product product;
    private final ServletContainer container;

    @TempDir
    private Path directory;

    WarIT(Product product) {
        this.product = product;
        container = product.running();
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
    void theReadmesDoesAllThreeJobsWithNothingButTheJarsAndLeavesNoThreadBehind() throws Exception {
        deploy("readme");
        useAllThree();
        container.undeploy();
        await().untilAsserted(() -> assertThat(Threads.ofOurs()).isEmpty());
        await().untilAsserted(() -> assertThat(Threads.loadedFrom(directory)).isEmpty());
    }

    @Test
    void thatOfHttpstatsCounts() throws Exception {
        deploy("httpstats");
        assertThat(Wire.get(container.uri(), "/nothing").status()).isEqualTo(404);
        await().untilAsserted(() -> assertThat(Shop.stats(container.uri())
                        .at("/request/status_count/404")
                        .asInt())
                .isEqualTo(1));
    }

    @Test
    void thatOfBuylockTakesTheLeaseInMemcached() throws Exception {
        deploy("buylock");
        long sets = commandsSet();
        assertThat(Shop.buy(container.uri()).status()).isIn(404, 405);
        assertThat(commandsSet()).isGreaterThan(sets);
    }

    @Test
    void thatOfPvpoolAnswersWithTheCounts() throws Exception {
        new JdbcPvStore(
                        Shop.dataSource(database("pvpool")),
                        JdbcConfig.builder().createTables(true).build())
                .prepare();
        deploy("pvpool");
        assertThat(Shop.views(container.uri()).status()).isEqualTo(202);
        assertThat(Wire.get(container.uri(), "/items/pvc?item_ids=1,m2").text())
                .isEqualTo("{\"pvc\":{\"1\":2,\"m2\":1}}");
    }

    private void useAllThree() throws IOException {
        URI uri = container.uri();
        assertThat(Shop.views(uri).status()).isEqualTo(202);
        int bought = Shop.buy(uri).status();
        assertThat(bought).isIn(404, 405);

        await().untilAsserted(() -> {
            JsonNode stats = Shop.stats(uri);
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

    /** What the documentation prints, but for where the servers and the journal are. */
    private String webXml(String name) throws IOException {
        Map<String, String> places = Map.of(
                "cache1:11211,cache2:11211",
                memcached.address(),
                "10.0.0.5:11211",
                memcached.address(),
                "/var/lib/shop/views",
                directory.resolve("views").toString());
        String text = Files.readString(Path.of("src", "test", "resources", "web-xml", name + ".xml"));
        for (Map.Entry<String, String> place : places.entrySet()) {
            text = text.replace(place.getKey(), place.getValue());
        }
        MariaDbServer mariaDb = MariaDbServer.shared();
        String url = mariaDb.jdbcUrl(database(name)).replace("&", "&amp;");
        return DATA_SOURCE
                .matcher(text)
                .replaceAll(Matcher.quoteReplacement(param("jdbcUrl", url)
                        + param("jdbcUser", mariaDb.user())
                        + param("jdbcPassword", mariaDb.password())));
    }

    private String database(String name) {
        return "war_" + name + "_" + product.name().toLowerCase(Locale.ROOT);
    }

    private static String param(String name, String value) {
        return "<init-param><param-name>%s</param-name><param-value>%s</param-value></init-param>"
                .formatted(name, value);
    }
}
