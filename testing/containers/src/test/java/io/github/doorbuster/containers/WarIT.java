package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The three parts dropped into an application that has no code of its own, with the README's {@code web.xml}. */
@OnEveryContainer
class WarIT {

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

    @BeforeEach
    void deploy() throws Exception {
        War.write(directory, webXml());
        container.deploy(directory);
    }

    @AfterEach
    void undeploy() {
        container.undeploy();
    }

    @Test
    void doesAllThreeJobsWithNothingButWebXmlAndTheJars() throws IOException {
        Wire.Answer views = Wire.send(
                container.uri(),
                "POST",
                "/items/pvc",
                Map.of("Content-Type", "application/json"),
                Wire.bytes("{\"item_ids\":[1,\"m2\",1]}"));
        assertThat(views.status()).isEqualTo(202);
        // There is no shop behind the lock, which takes and gives back its lease all the same.
        int bought = Wire.post(container.uri(), "/buy", "item_id=42").status();
        assertThat(bought).isIn(404, 405);

        await().untilAsserted(() -> {
            JsonNode stats = stats();
            assertThat(stats.at("/request/status_count/202").asInt()).isEqualTo(1);
            assertThat(stats.at("/request/status_count/" + bought).asInt()).isEqualTo(1);
            assertThat(stats.at("/buylock/granted").asInt()).isEqualTo(1);
            assertThat(stats.at("/buylock/holding").asInt()).isZero();
            assertThat(stats.at("/pvpool/accepted_views").asInt()).isEqualTo(3);
        });
    }

    @Test
    void leavesNoThreadBehind() throws IOException {
        doesAllThreeJobsWithNothingButWebXmlAndTheJars();
        container.undeploy();
        await().untilAsserted(() -> assertThat(Threads.ofOurs()).isEmpty());
        await().untilAsserted(() -> assertThat(Threads.loadedFrom(directory)).isEmpty());
    }

    /** The README's own, but for where the servers are. */
    private String webXml() {
        MariaDbServer mariaDb = MariaDbServer.shared();
        String withMemcached = Readme.replace(Readme.webXml(), "cache1:11211,cache2:11211", memcached.address());
        String dataSource = """
                    <param-name>dataSource</param-name>
                    <param-value>java:comp/env/jdbc/shop</param-value>
                """;
        String url = mariaDb.jdbcUrl("war_" + product.name().toLowerCase(Locale.ROOT));
        return Readme.replace(withMemcached, dataSource, """
                    <param-name>jdbcUrl</param-name>
                    <param-value>%s</param-value>
                  </init-param>
                  <init-param>
                    <param-name>jdbcUser</param-name>
                    <param-value>%s</param-value>
                  </init-param>
                  <init-param>
                    <param-name>jdbcPassword</param-name>
                    <param-value>%s</param-value>
                """.formatted(
                        url.replace("&", "&amp;"), mariaDb.user(), mariaDb.password()));
    }

    private JsonNode stats() throws IOException {
        return JsonMapper.shared().readTree(Wire.get(container.uri(), "/stats").body());
    }
}
