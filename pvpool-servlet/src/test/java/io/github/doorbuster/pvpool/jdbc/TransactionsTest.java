package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.doorbuster.pvpool.Chunk;
import io.github.doorbuster.pvpool.Chunks;
import io.github.doorbuster.pvpool.PvStore.Outcome;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transaction ends in a commit, a rollback or an aborted connection, whatever is thrown. */
class TransactionsTest {

    private final JdbcDataSource dataSource = H2Database.empty();
    private final JdbcConfig config = JdbcConfig.builder().createTables(true).build();
    private final AtomicInteger aborts = new AtomicInteger();
    private boolean upsertFails;
    private boolean rollbackFails;

    /** A connection that throws Errors. */
    private Connection connection() throws SQLException {
        Connection real = dataSource.getConnection();
        return proxy(Connection.class, real, (method, args) -> switch (method) {
            case "createStatement" -> statement(real);
            case "abort" -> {
                aborts.incrementAndGet();
                real.close(); // rolls back, as the server does
                yield null;
            }
            default -> NOT_HANDLED;
        });
    }

    private Statement statement(Connection real) throws SQLException {
        return proxy(Statement.class, real.createStatement(), (method, args) -> {
            if (upsertFails
                    && method.equals("executeUpdate")
                    && args[0].toString().contains("INSERT INTO item_pv (")) {
                throw new OutOfMemoryError("no heap for the upsert");
            }
            if (rollbackFails && method.equals("execute") && args[0].equals("ROLLBACK")) {
                throw new NoClassDefFoundError("the driver is gone");
            }
            return NOT_HANDLED;
        });
    }

    private static final Object NOT_HANDLED = new Object();

    private interface Handler {
        Object handle(String method, Object[] args) throws SQLException;
    }

    @SuppressWarnings("unchecked")
    private static <T> T proxy(Class<T> type, T real, Handler handler) {
        return (T) Proxy.newProxyInstance(
                TransactionsTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
                    Object handled = handler.handle(method.getName(), args);
                    if (handled != NOT_HANDLED) {
                        return handled;
                    }
                    try {
                        return method.invoke(real, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void errorAfterLedgerRowLeavesNoTrace(boolean rollbackFails) throws Exception {
        JdbcPvStore plain = new JdbcPvStore(dataSource, config);
        JdbcPvStore store = new JdbcPvStore(this::connection, config);
        Chunk chunk = Chunks.claimed(store).next(Map.of("a", 2L));
        upsertFails = true;
        this.rollbackFails = rollbackFails;
        assertThatThrownBy(() -> store.apply(chunk)).isInstanceOf(OutOfMemoryError.class);
        assertThat(aborts).hasValue(rollbackFails ? 1 : 0);
        assertThat(plain.apply(chunk).outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(plain.read(List.of("a"), Set.of()).counts()).isEqualTo(Map.of("a", 2L));
    }
}
