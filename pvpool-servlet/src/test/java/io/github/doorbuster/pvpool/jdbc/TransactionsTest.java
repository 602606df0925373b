package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.doorbuster.pvpool.Chunks;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transaction ends in a commit, a rollback or an aborted connection, whatever is thrown. */
class TransactionsTest {

    private final JdbcDataSource dataSource = H2Database.empty();
    private final JdbcConfig config = JdbcConfig.builder().createTables(true).build();
    private final AtomicInteger aborts = new AtomicInteger();
    private String failing = "";
    private boolean rollbackFails;

    /** A connection that throws an Error when a statement that contains the text is prepared. */
    private Connection connection() throws SQLException {
        Connection real = dataSource.getConnection();
        return (Connection) Proxy.newProxyInstance(
                TransactionsTest.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                    if (method.getName().equals("prepareStatement")
                            && args[0].toString().contains(failing)) {
                        throw new OutOfMemoryError("no heap for the upsert");
                    }
                    if (method.getName().equals("rollback") && rollbackFails) {
                        throw new NoClassDefFoundError("the driver is gone");
                    }
                    if (method.getName().equals("abort")) {
                        aborts.incrementAndGet();
                        real.rollback();
                        real.close();
                        return null;
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
        plain.prepare();
        JdbcPvStore store = new JdbcPvStore(this::connection, config, Connection.TRANSACTION_READ_COMMITTED);
        failing = "no such text";
        store.prepare();
        failing = "INSERT INTO item_pv (";
        this.rollbackFails = rollbackFails;
        var chunk = Chunks.of(Map.of("a", 2L));
        assertThatThrownBy(() -> store.apply(chunk)).isInstanceOf(OutOfMemoryError.class);
        assertThat(aborts).hasValue(rollbackFails ? 1 : 0);
        assertThat(plain.apply(chunk).alreadyApplied()).isFalse();
        assertThat(plain.read(List.of("a"), Set.of()).counts()).isEqualTo(Map.of("a", 2L));
    }

    @Test
    void connectionIsReturnedWithItsSettings() throws Exception {
        try (Connection shared = dataSource.getConnection()) {
            shared.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            Connection unclosed = (Connection) Proxy.newProxyInstance(
                    TransactionsTest.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, args) -> method.getName().equals("close") ? null : method.invoke(shared, args));
            Transactions transactions = new Transactions(() -> unclosed, 1000, Connection.TRANSACTION_READ_COMMITTED);
            assertThatThrownBy(() -> transactions.run(connection -> {
                        throw new StackOverflowError();
                    }))
                    .isInstanceOf(StackOverflowError.class);
            assertThat(shared.getAutoCommit()).isTrue();
            assertThat(shared.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
        }
    }
}
