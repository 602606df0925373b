package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"1", "m2", "a-b_c.d:e", "AZ09az"})
    void plainIdIsLiteral(String id) {
        assertThat(new StatementText("x = ").appendId(id)).hasToString("x = '" + id + "'");
    }

    @Test
    void otherIdsAreParameters() {
        for (char c = ' ' + 1; c < 127; c++) {
            String text = new StatementText("").appendId("a" + c).toString();
            boolean plain = Character.isLetterOrDigit(c) || "_-.:".indexOf(c) >= 0;
            assertThat(text).isEqualTo(plain ? "'a" + c + "'" : "?");
        }
        assertThat(new StatementText("").appendId("\u00e9")).hasToString("?");
    }

    @Test
    void idsOfBothKindsKeepTheirOrder() throws Exception {
        List<String> ids = List.of("?", "a", "'", "b", "''--", "c");
        StatementText insert = new StatementText("INSERT INTO ids VALUES ");
        for (int i = 0; i < ids.size(); i++) {
            insert.append(i == 0 ? "(" : ", (")
                    .append(i)
                    .append(", ")
                    .appendId(ids.get(i))
                    .append(")");
        }
        try (Connection connection = H2Database.empty().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE ids (number INT, id VARCHAR(64))");
            assertThat(insert.executeUpdate(connection)).isEqualTo(ids.size());
            List<String> stored = new ArrayList<>();
            try (ResultSet row = statement.executeQuery("SELECT id FROM ids ORDER BY number")) {
                while (row.next()) {
                    stored.add(row.getString(1));
                }
            }
            assertThat(stored).isEqualTo(ids);
        }
    }
}
