package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.RawHttpClient;
import io.github.doorbuster.testing.Repository;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** The README's web.xml in a WAR, with a DataSource of the server, and its end under load. */
@Timeout(180)
class StockServersIT {

    private static final int CLIENTS = 6;
    private static final int VIEWS = 3;
    private static final Pattern JDBC =
            Pattern.compile("(?s)<init-param>\\s*<param-name>jdbc(Url|User)</param-name>.*?</init-param>");

    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong bought = new AtomicLong();
    private final AtomicBoolean ended = new AtomicBoolean();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void aWarServesAndLeavesNothingBehind(StockServer.Kind kind) throws Exception {
        String database = "stock_" + kind.name().toLowerCase(Locale.ROOT);
        try (MemcachedServer memcached = MemcachedServer.start()) {
            Path driver = War.jarOf("com.mysql.cj.jdbc.Driver");
            Path war = war(memcached.address(), database, driver);
            try (StockServer server = StockServer.start(kind, driver)) {
                server.deploy(war);
                awaitStart(server);
                underLoad(server, war);
                // The server answers 404 before the application has ended.
                await().untilAsserted(() -> assertThat(server.threads()).doesNotContain("doorbuster"));
                assertThat(memcached.command("get buy/42")).isEqualTo(List.of("END"));
                assertThat(writtenViews(database)).isBetween(accepted.get(), accepted.get() + CLIENTS * VIEWS);
                assertThat(server.log()).doesNotContain("memory leak", "has started a thread", "SEVERE");
                awaitUnloadedClasses(server);
            }
        }
    }

    private static void awaitStart(StockServer server) {
        try {
            await().ignoreExceptions()
                    .until(() ->
                            RawHttpClient.get(server.uri(""), "/shop/stats").status() == 200);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("the application does not start:\n" + server.log(), e);
        }
    }

    /**
     * The threads of the server that have served the application may keep it until they have served another request.
     */
    private static void awaitUnloadedClasses(StockServer server) {
        await().untilAsserted(() -> {
            for (int request = 0; request < CLIENTS; request++) {
                assertThat(RawHttpClient.get(server.uri(""), "/shop/stats").status())
                        .isEqualTo(404);
            }
            assertThat(server.classes().lines().filter(line -> line.contains("io.github.doorbuster")))
                    .isEmpty();
        });
    }

    private void underLoad(StockServer server, Path war) throws Exception {
        URI uri = server.uri("");
        ExecutorService clients = Executors.newFixedThreadPool(2 * CLIENTS);
        List<Future<?>> all = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            all.add(clients.submit(() -> repeat(() -> view(uri))));
            all.add(clients.submit(() -> repeat(() -> buy(uri))));
        }
        await().until(() -> accepted.get() > 300 && bought.get() > 10);
        JsonNode stats = RawHttpClient.get(uri, "/shop/stats").json();
        assertThat(stats.at("/buylock/waited").asInt()).isPositive();
        assertThat(stats.at("/buylock/without_lease").asInt()).isZero();
        assertThat(stats.at("/pvpool/accepted_views").asInt()).isGreaterThan(300);
        assertThat(stats.at("/request/status_count/202").asInt()).isGreaterThan(100);

        server.undeploy(war);

        await().until(() -> RawHttpClient.get(uri, "/shop/stats").status() == 404);
        ended.set(true);
        for (Future<?> client : all) {
            client.get();
        }
        clients.shutdown();
    }

    @FunctionalInterface
    private interface Request {
        void send() throws IOException;
    }

    private void repeat(Request request) {
        while (!ended.get()) {
            try {
                request.send();
            } catch (IOException e) {
                // The server has ended the connection with the application.
            }
        }
    }

    private void view(URI uri) throws IOException {
        HttpReply reply = KitClient.postJson(uri, "/shop/items/pvc", "{\"item_ids\":[1,\"m2\",1]}");
        if (reply.status() == 202) {
            accepted.addAndGet(VIEWS);
        }
    }

    private void buy(URI uri) throws IOException {
        HttpReply reply = RawHttpClient.postForm(uri, "/shop/buy", "item_id=42");
        if (reply.status() == 200) {
            assertThat(reply.text()).isEqualTo("bought 42");
            bought.incrementAndGet();
        }
    }

    private Path war(String memcached, String database, Path driver) throws Exception {
        MariaDbServer mariaDb = MariaDbServer.shared();
        Path content = Files.createDirectory(folder.resolve("content"));
        War.write(content, webXml(memcached));
        Files.delete(content.resolve("WEB-INF/lib").resolve(driver.getFileName()));
        String servlet = PurchaseServlet.class.getName().replace('.', '/') + ".class";
        Path inside = content.resolve("WEB-INF/classes").resolve(servlet);
        Files.createDirectories(inside.getParent());
        Files.copy(Path.of("target/test-classes", servlet), inside);
        String url = mariaDb.jdbcUrl(database).replace("&", "&amp;");
        Files.createDirectory(content.resolve("META-INF"));
        Files.writeString(
                content.resolve("META-INF/context.xml"), """
                <Context>
                  <Resource name="jdbc/shop" type="javax.sql.DataSource" driverClassName="com.mysql.cj.jdbc.Driver"
                            url="%s" username="%s" password="%s"/>
                </Context>
                """.formatted(url, mariaDb.user(), mariaDb.password()));
        Files.writeString(
                content.resolve("WEB-INF/jetty-env.xml"), """
                <?xml version="1.0"?>
                <!DOCTYPE Configure PUBLIC "-//Jetty//Configure//EN" "https://jetty.org/configure_10_0.dtd">
                <Configure class="org.eclipse.jetty.ee11.webapp.WebAppContext">
                  <New class="org.eclipse.jetty.plus.jndi.Resource">
                    <Arg>jdbc/shop</Arg>
                    <Arg>
                      <New class="com.mysql.cj.jdbc.MysqlDataSource">
                        <Set name="Url">%s</Set>
                        <Set name="User">%s</Set>
                        <Set name="Password">%s</Set>
                      </New>
                    </Arg>
                  </New>
                </Configure>
                """.formatted(url, mariaDb.user(), mariaDb.password()));
        return zip(content, folder.resolve("shop.war"));
    }

    private static String webXml(String memcached) {
        String readme = Repository.read("testing/containers/src/test/resources/web-xml/readme.xml");
        String dataSource =
                "<init-param><param-name>dataSource</param-name><param-value>java:comp/env/jdbc/shop</param-value></init-param>";
        String purchases = """
                  <servlet>
                    <servlet-name>purchases</servlet-name>
                    <servlet-class>%s</servlet-class>
                  </servlet>
                  <servlet-mapping>
                    <servlet-name>purchases</servlet-name>
                    <url-pattern>/buy</url-pattern>
                  </servlet-mapping>
                  <resource-ref>
                    <res-ref-name>jdbc/shop</res-ref-name>
                    <res-type>javax.sql.DataSource</res-type>
                    <res-auth>Container</res-auth>
                  </resource-ref>
                </web-app>
                """.formatted(PurchaseServlet.class.getName());
        return JDBC.matcher(JDBC.matcher(readme).replaceFirst(dataSource))
                .replaceFirst("")
                .replace("127.0.0.1:11211", memcached)
                .replace("</web-app>", purchases);
    }

    private static Path zip(Path content, Path war) throws IOException {
        try (FileSystem target = FileSystems.newFileSystem(war, Map.of("create", true));
                Stream<Path> files = Files.walk(content)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path inside = target.getPath(content.relativize(file).toString());
                if (inside.getParent() != null) {
                    Files.createDirectories(inside.getParent());
                }
                Files.copy(file, inside);
            }
        }
        return war;
    }

    private static long writtenViews(String database) throws Exception {
        try (Connection connection = MariaDbServer.shared().dataSource(database).getConnection();
                Statement statement = connection.createStatement();
                ResultSet sum = statement.executeQuery("SELECT SUM(pv) FROM item_pv")) {
            sum.next();
            return sum.getLong(1);
        }
    }
}
