package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import java.net.URI;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Runs the Tomcat code of the documentation. */
@Timeout(120)
class TomcatCodeIT {

    @TempDir
    private Path home;

    @Test
    void allParts() throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(home.toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context context = tomcat.addContext("", home.toString());
        Tomcat.addServlet(context, "default", new DefaultServlet());
        context.addServletMappingDecoded("/", "default");
        JdbcPvStore store = new JdbcPvStore(
                KitClient.dataSource("tomcat_code"),
                JdbcConfig.builder().createTables(true).build());
        try (BuyLock lock = BuyLock.builder().store(new InMemoryLockStore()).build();
                PvPool pool = PvPool.builder().store(store).build()) {
            TomcatCode.httpstats(HttpStats.builder().build(), context);
            TomcatCode.buylock(lock, context);
            TomcatCode.pvpool(pool, context);
            tomcat.start();
            try {
                URI uri = URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort());
                assertThat(KitClient.views(uri).status()).isEqualTo(202);
                int bought = KitClient.buy(uri).status();
                await().untilAsserted(() -> {
                    JsonNode stats = KitClient.stats(uri);
                    assertThat(stats.at("/request/status_count/202").asInt()).isEqualTo(1);
                    assertThat(stats.at("/request/status_count/" + bought).asInt())
                            .isEqualTo(1);
                    assertThat(stats.at("/buylock/granted").asInt()).isEqualTo(1);
                    assertThat(stats.at("/pvpool/written_views").asInt()).isEqualTo(3);
                });
            } finally {
                tomcat.stop();
                tomcat.destroy();
            }
        }
    }
}
