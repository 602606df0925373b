package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.doorbuster.pvpool.jdbc.FakeDatabase.Fault;
import io.github.doorbuster.pvpool.journal.FakeFolder;
import io.github.doorbuster.pvpool.servlet.LogLines;
import io.github.doorbuster.testing.Repository;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of the promise in {@code docs/pvpool.md}: a method for each row, a parameter for each column. */
class PromiseTest extends FakedNodes {

    private void flushWithFault(Node node) {
        assertThat(node.flush()).isFalse();
        assertThat(node.flush()).isTrue();
        assertExact();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the database is slow, stopped, killed or restarted")
    void databaseIsAway(Keeps keeps) {
        Node node = new Node(keeps).add("a", "b");
        assertThat(node.flush()).isTrue();
        databaseIsAway = true;
        node.add("b", "c", "d");
        assertThat(node.flush()).isFalse();
        node.add("c", "e");
        databaseIsAway = false;
        assertThat(node.flush()).isTrue();
        assertExact();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the answer to a COMMIT is lost")
    void answerToCommitIsLost(Keeps keeps) {
        Node node = new Node(keeps).add("a", "b", "c", "a");
        nextFaults.add(Fault.COMMIT_ANSWER_LOST);
        flushWithFault(node);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("deadlocks, lock timeouts, several nodes on the same items")
    void conflicts(Keeps keeps) {
        Node node = new Node(keeps);
        Node other = new Node(keeps);
        node.add("a", "b", "c");
        other.add("a", "b", "c");
        nextFaults.add(Fault.DEADLOCK);
        assertThat(node.flush()).isFalse();
        assertThat(other.flush()).isTrue();
        assertThat(node.flush()).isTrue();
        node.add("a", "b");
        other.add("a");
        nextFaults.addAll(EnumSet.of(Fault.COMMIT_LATE, Fault.LOCK_TIMEOUT));
        assertThat(node.flush() && nextFaults.isEmpty()).isFalse();
        while (!node.flush()) {
            assertThat(nextFaults).isEmpty();
        }
        assertThat(other.flush()).isTrue();
        assertExact();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("an Error in the middle of a transaction (`OutOfMemoryError`, `LinkageError`)")
    void errorInTransaction(Keeps keeps) {
        Node node = new Node(keeps);
        for (int statement = 0; statement < 3; statement++) {
            node.add("a", "b", "c");
            nextFaults.add(Fault.ERROR);
            faultsSkipped = statement;
            flushWithFault(node);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("orderly shutdown while the database is down")
    void databaseIsDownAtShutdown(Keeps keeps) {
        Node node = new Node(keeps);
        databaseIsAway = true;
        node.add("a", "b", "a", "c");
        closeAndRestart(node, () -> databaseIsAway = false);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the application closes the DataSource before the pool")
    void dataSourceIsClosedFirst(Keeps keeps) {
        Node node = new Node(keeps).add("a", "b", "a", "c");
        database.dataSourceClosed = true;
        closeAndRestart(node, () -> database.dataSourceClosed = false);
    }

    private void closeAndRestart(Node node, Runnable repair) {
        try (LogLines log = LogLines.of(PvPool.class)) {
            node.close();
            if (node.keeps == Keeps.NOTHING) {
                accepted.clear();
                assertThat(log.lines())
                        .anyMatch(line -> line.startsWith("closed with 4 page views unwritten and no journal"));
            }
        }
        repair.run();
        node.restart();
        assertThat(node.flush()).isTrue();
        assertExact();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the process of the node is killed")
    void processIsKilled(Keeps keeps) {
        Node node = new Node(keeps).add("a", "b");
        assertThat(node.flush()).isTrue();
        Map<String, Long> written = new TreeMap<>(accepted);
        node.add("b", "c");
        node.kill();
        node.restart();
        assertThat(node.flush()).isTrue();
        assertThat(database.counts()).isEqualTo(keeps == Keeps.JOURNAL ? accepted : written);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the machine loses power")
    void powerIsLost(Keeps keeps) {
        Node node = new Node(keeps);
        Map<String, Long> expected = new TreeMap<>();
        for (int seed = 0; seed < 50; seed++) {
            node.add("a", "b");
            expected.merge("a", 1L, Long::sum);
            expected.merge("b", 1L, Long::sum);
            assertThat(node.flush()).isTrue();
            node.add("b", "c" + seed);
            node.kill();
            node.folder.losePower(new Random(seed));
            node.restart();
            assertThat(node.flush()).isTrue();
            assertThat(database.counts()).isEqualTo(keeps == Keeps.JOURNAL ? accepted : expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the database loses its last transactions: failover to an asynchronous replica, restored backup")
    void databaseLosesTransactions(Keeps keeps) {
        Node node = new Node(keeps).add("a");
        assertThat(node.flush()).isTrue();
        Runnable failover = database.backup();
        node.add("b", "b");
        assertThat(node.flush()).isTrue();
        failover.run();
        node.add("c");
        assertThat(node.flush()).isTrue();
        long missing = 0;
        if (keeps != Keeps.JOURNAL) {
            accepted.remove("b");
            missing = 2;
        }
        assertThat(node.pool.snapshot().missingViews()).isEqualTo(missing);
        assertExact();
        Runnable backup = database.backup();
        node.add("d");
        assertThat(node.flush()).isTrue();
        clock.advance(Duration.ofMinutes(11));
        node.tick();
        backup.run();
        node.add("e");
        assertThat(node.flush()).isTrue();
        accepted.remove("d");
        assertThat(node.pool.snapshot().missingViews()).isEqualTo(missing + 1);
        assertExact();
    }

    @ParameterizedTest
    @EnumSource(names = {"JOURNAL", "SPILL"})
    @DisplayName("the folder is copied, cloned or restored from a backup")
    void folderIsCopied(Keeps keeps) {
        Node node = new Node(keeps).add("a", "b", "c");
        if (keeps == Keeps.SPILL) {
            databaseIsAway = true;
            node.close();
            databaseIsAway = false;
        }
        FakeFolder copy = node.folder.copy();
        if (keeps == Keeps.SPILL) {
            node.restart();
        }
        if (keeps == Keeps.JOURNAL) {
            nodes.add(node);
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> new Node(keeps, copy, false))
                    .withMessageContaining("another process owns the journal");
            nodes.clear();
            copy.unlock();
        }
        node.add("b");
        Node other = new Node(keeps, copy, true).add("d");
        assertThat(other.flush()).isTrue();
        node.tick();
        assertThat(node.pool.snapshot().fenced()).isTrue();
        other.close();
        node.close();
        node.restart();
        assertThat(node.flush()).isTrue();
        assertExact();
    }

    @ParameterizedTest
    @EnumSource(names = {"JOURNAL", "SPILL"})
    @DisplayName("the disk of the folder is lost")
    void diskIsLost(Keeps keeps) {
        Node node = new Node(keeps).add("a", "b");
        assertThat(node.flush()).isTrue();
        Map<String, Long> written = new TreeMap<>(accepted);
        databaseIsAway = true;
        node.add("b", "c");
        node.close();
        databaseIsAway = false;
        node.folder = new FakeFolder(fault -> false, true);
        node.restart();
        assertThat(node.flush()).isTrue();
        assertThat(database.counts()).isEqualTo(written);
    }

    @Test
    void everyRowHasATest() {
        List<String> tested = Arrays.stream(PromiseTest.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(DisplayName.class))
                .map(method -> method.getAnnotation(DisplayName.class).value())
                .toList();
        List<String> rows = Repository.read("docs/pvpool.md")
                .lines()
                .dropWhile(line -> !line.startsWith("| what fails"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.split("\\|")[1].strip())
                .toList();
        assertThat(tested).containsExactlyInAnyOrderElementsOf(rows);
    }
}
