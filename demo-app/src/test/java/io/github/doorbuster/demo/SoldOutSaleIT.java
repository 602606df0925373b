package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.HttpTestClient;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.WaitingClients;
import io.github.doorbuster.testing.WaitingClients.Response;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The end of a sale on two nodes with one memcached and one MariaDB, whose general log shows what reaches it. */
@Tag("thorough")
class SoldOutSaleIT {

    private static final int BUYERS = Integer.getInteger("doorbuster.buyers", 2_000);
    private static final int STOCK = 50;
    private static final int RESTOCK = 5;
    private static final int SOLD_OUT_SECONDS = 3;
    private static final int NODES = 2;

    private final MemcachedServer memcached = MemcachedServer.start();
    private final DemoDatabase database = DemoDatabase.on(MariaDbServer.shared());
    private DemoProcess a;
    private DemoProcess b;

    @BeforeEach
    void start() throws SQLException {
        execute("CREATE DATABASE IF NOT EXISTS " + database.name());
        execute("SET GLOBAL log_output = 'TABLE'");
        execute("SET GLOBAL general_log = ON");
        List<String> options = Stream.concat(
                        database.options().stream(),
                        Stream.of(
                                "--memcached=" + memcached.address(),
                                "--stock=" + STOCK,
                                "--purchase-millis=2",
                                "--wait-millis=60000"))
                .toList();
        a = DemoProcess.start(options);
        b = DemoProcess.start(options);
    }

    @AfterEach
    void stop() throws SQLException {
        a.close();
        b.close();
        memcached.close();
        execute("SET GLOBAL general_log = OFF");
        execute("TRUNCATE TABLE mysql.general_log");
    }

    @Test
    void everybodyIsAnsweredSoonAfterTheLastSaleAndARestockIsSold() throws Exception {
        List<HttpTestClient> nodes = List.of(new HttpTestClient(a.uri()), new HttpTestClient(b.uri()));
        sellOut(nodes, "2", "the first sale since the nodes have started");
        sellOut(nodes, "1", "the second sale");
        long looks = purchasesInDatabase();

        long began = System.nanoTime();
        while (System.nanoTime() - began < TimeUnit.SECONDS.toNanos(2L * SOLD_OUT_SECONDS)) {
            assertThat(buy(nodes, 20)).containsOnly(409);
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
        long lookedAgain = purchasesInDatabase() - looks;
        System.out.printf("%d purchases in %d s after the sale reached the database%n", lookedAgain, seconds);
        assertThat(lookedAgain).isLessThanOrEqualTo(NODES * (seconds / SOLD_OUT_SECONDS + 1));

        try (Connection connection = database.connection();
                Statement update = connection.createStatement()) {
            update.executeUpdate("UPDATE item SET stock = stock + " + RESTOCK + " WHERE id = '1'");
        }
        long restocked = System.nanoTime();
        int sold = 0;
        while (sold < RESTOCK && System.nanoTime() - restocked < TimeUnit.SECONDS.toNanos(30)) {
            sold += (int)
                    buy(nodes, 20).stream().filter(status -> status == 200).count();
        }
        System.out.printf(
                "the restock was sold %d ms later%n", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - restocked));
        assertThat(sold).isEqualTo(RESTOCK);
        try (Connection connection = database.connection()) {
            assertThat(PurchaseLog.read(connection, "1").size()).isEqualTo(STOCK + RESTOCK);
        }
        assertThat(buy(nodes, 20)).containsOnly(409);
    }

    private void sellOut(List<HttpTestClient> nodes, String item, String sale) throws Exception {
        long before = purchasesInDatabase();
        List<Response> answers = sell(nodes, item);
        long found = purchasesInDatabase() - before - STOCK;
        long lastSale = last(answers.stream().filter(answer -> answer.status() == 200));
        System.out.printf(
                "%s, %d buyers on two nodes: the last answer came %d ms after the last sale; %d purchases found nothing%n",
                sale, BUYERS, TimeUnit.NANOSECONDS.toMillis(last(answers.stream()) - lastSale), found);
        // On a slow machine, some are told at once that they cannot be served in time.
        assertThat(answers).extracting(Response::status).contains(200, 409).isSubsetOf(200, 409, 503);
        assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(STOCK);
        // One finds the item gone on each node, and one on each looks again while the answers arrive.
        assertThat(found).isLessThanOrEqualTo(2 * NODES);
    }

    /** Lets all buyers stand in line before the first purchase, so that the last one to arrive is not measured. */
    private List<Response> sell(List<HttpTestClient> nodes, String item) throws Exception {
        try (WaitingClients buyers = new WaitingClients()) {
            try (Connection connection = database.connection();
                    Statement hold = connection.createStatement()) {
                connection.setAutoCommit(false);
                hold.executeQuery("SELECT stock FROM item WHERE id = '" + item + "' FOR UPDATE");
                for (int i = 0; i < BUYERS; i++) {
                    buyers.postForm((i % NODES == 0 ? a : b).uri(), "/buy", "item_id=" + item);
                }
                await().until(() -> inLine(nodes) + buyers.answered() >= BUYERS);
                connection.rollback();
            }
            await().until(() -> buyers.answered() == BUYERS);
            await().until(() -> buyers.responses().size() == BUYERS);
            return buyers.responses();
        }
    }

    private static long last(Stream<Response> responses) {
        return responses.mapToLong(Response::nanos).max().orElseThrow();
    }

    private static long inLine(List<HttpTestClient> nodes) throws Exception {
        long inLine = 0;
        for (HttpTestClient node : nodes) {
            JsonNode lock = node.get("/stats").json().get("buylock");
            inLine += lock.get("waiting").asLong() + lock.get("holding").asLong();
        }
        return inLine;
    }

    /** {@return the statuses of purchases that are sent at once} */
    private static List<Integer> buy(List<HttpTestClient> nodes, int buyers) throws Exception {
        List<CompletableFuture<HttpReply>> replies = new ArrayList<>();
        for (int i = 0; i < buyers; i++) {
            replies.add(nodes.get(i % NODES).postAsync("/buy", HttpTestClient.FORM, "item_id=1"));
        }
        List<Integer> statuses = new ArrayList<>();
        for (CompletableFuture<HttpReply> reply : replies) {
            statuses.add(reply.get(60, TimeUnit.SECONDS).status());
        }
        return statuses;
    }

    /** {@return how many purchases have reached this database, by its general log} */
    private long purchasesInDatabase() throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery(
                        "SELECT COUNT(*) FROM mysql.general_log WHERE argument LIKE 'SELECT id, stock FROM item%FOR UPDATE'"
                                + " AND thread_id IN (SELECT thread_id FROM mysql.general_log WHERE command_type = 'Connect'"
                                + " AND argument LIKE '% on " + database.name() + " %')")) {
            count.next();
            return count.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = MariaDbServer.shared().dataSource("mysql").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
