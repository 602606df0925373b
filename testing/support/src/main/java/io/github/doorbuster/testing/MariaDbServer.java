package io.github.doorbuster.testing;

import com.mysql.cj.jdbc.MysqlDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A MariaDB on a free loopback port with an empty data directory, or the server that {@code MYSQL_URL} names
 * ({@code jdbc:mysql://host:port/?user=...&password=...}).
 *
 * <p>A named server cannot be stopped, killed or restarted: these methods throw. A server that we start writes its redo
 * log at every commit, which is MariaDB's default.
 */
public final class MariaDbServer implements AutoCloseable {

    static final String VARIABLE = "MYSQL_URL";

    private static final List<String> SMALL_AND_LOCAL = List.of(
            "--bind-address=127.0.0.1",
            "--socket=mariadb.sock",
            "--skip-ssl",
            "--skip-name-resolve",
            "--performance-schema=OFF",
            "--max-connections=500",
            "--character-set-server=utf8mb4",
            "--innodb-buffer-pool-size=64M",
            "--innodb-log-file-size=48M");

    private final MySqlUrl url;
    private final List<String> extraArgs;
    private final @Nullable Path directory;
    private @Nullable ChildProcess process;
    private boolean shared;

    private MariaDbServer(MySqlUrl url, List<String> extraArgs, @Nullable Path directory) {
        this.url = url;
        this.extraArgs = extraArgs;
        this.directory = directory;
    }

    /**
     * Starts MariaDB and waits until it takes connections.
     *
     * @param extraArgs more arguments, each as {@code --name=value}; they override ours
     */
    public static MariaDbServer start(String... extraArgs) {
        return startUnlessGiven(System.getenv(VARIABLE), extraArgs);
    }

    static MariaDbServer startUnlessGiven(@Nullable String given, String... extraArgs) {
        if (given != null && !given.isBlank()) {
            return new MariaDbServer(MySqlUrl.parse(given.strip()), List.of(), null);
        }
        return startOwn(extraArgs);
    }

    /**
     * Starts a MariaDB even if {@code MYSQL_URL} names a server, for tests that stop and kill it.
     *
     * @param extraArgs more arguments, each as {@code --name=value}; they override ours
     */
    public static MariaDbServer startOwn(String... extraArgs) {
        MySqlUrl url = new MySqlUrl("127.0.0.1:" + Ports.free(), "root", "");
        Path directory = Folders.temporary("doorbuster-mariadb-");
        MariaDbServer server = new MariaDbServer(url, List.of(extraArgs), directory);
        try {
            MariaDbDistribution.unpack().copyData(directory.resolve("data"));
            server.launch();
            Runtime.getRuntime().addShutdownHook(new Thread(server::end, "doorbuster-testing-end-mariadb"));
            return server;
        } catch (IOException | RuntimeException e) {
            Folders.delete(directory);
            throw new IllegalStateException("cannot start MariaDB: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the server that all tests of this JVM share; {@link #close()} leaves it running, it ends with the JVM.
     */
    public static MariaDbServer shared() {
        return Shared.SERVER;
    }

    /** {@return where the server listens, {@code host:port}} */
    public String address() {
        return url.address();
    }

    /**
     * Creates a database, if it does not exist, and returns its URL for MySQL Connector/J, without user and password.
     *
     * @param database letters, digits and underscores
     */
    public String jdbcUrl(String database) {
        if (!database.matches("\\w{1,64}")) {
            throw new IllegalArgumentException("database " + database + ": must be letters, digits and underscores");
        }
        execute("CREATE DATABASE IF NOT EXISTS `" + database + "`");
        return url.jdbc(database);
    }

    /** Returns connections to a database, which is created if it does not exist. */
    public DataSource dataSource(String database) {
        return dataSource(database, user(), password());
    }

    /** Returns connections of one user to a database, which is created if it does not exist. */
    public DataSource dataSource(String database, String user, String password) {
        MysqlDataSource dataSource = new MysqlDataSource();
        dataSource.setUrl(jdbcUrl(database));
        dataSource.setUser(user);
        dataSource.setPassword(password);
        return dataSource;
    }

    /** {@return the user, who may do everything} */
    public String user() {
        return url.user();
    }

    /** {@return the password of {@link #user()}, empty if there is none} */
    public String password() {
        return url.password();
    }

    /** Stops the process with SIGSTOP: it keeps its connections and accepts new ones, but answers nothing. */
    public void stop() {
        own().stop();
    }

    /** Continues a stopped process with SIGCONT. */
    public void cont() {
        own().signal("CONT");
    }

    /** Kills the process with SIGKILL and waits until it is gone; its data stays for {@link #restart()}. */
    public void kill() {
        own().close();
    }

    /** Starts it again on the same port and the same data; kills it first if it is running. */
    public void restart() {
        own().close();
        launch();
    }

    /** Kills a server that we started and removes its data; does nothing to a named or shared one. */
    @Override
    public void close() {
        if (!shared) {
            end();
        }
    }

    private synchronized void end() {
        ChildProcess running = process;
        if (running == null) {
            return;
        }
        running.close();
        process = null;
        Folders.delete(Objects.requireNonNull(directory));
    }

    private ChildProcess own() {
        ChildProcess running = process;
        if (running == null) {
            throw new IllegalStateException(
                    "MariaDB at " + address() + " is not ours to stop (closed, or given by " + VARIABLE + ")");
        }
        return running;
    }

    private void launch() {
        Path home = Objects.requireNonNull(directory);
        List<String> command = new ArrayList<>(MariaDbDistribution.unpack().command());
        command.addAll(SMALL_AND_LOCAL);
        command.add("--datadir=" + home.resolve("data"));
        command.add("--tmpdir=" + home);
        command.add("--port=" + address().substring(address().lastIndexOf(':') + 1));
        command.addAll(extraArgs);
        process = ChildProcess.start("MariaDB", command, home, this::answers);
    }

    private boolean answers() {
        try {
            execute("SELECT 1");
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private void execute(String sql) {
        try (Connection connection = DriverManager.getConnection(url.jdbc(""), user(), password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("MariaDB at " + address() + ": " + e.getMessage(), e);
        }
    }

    private static final class Shared {
        static final MariaDbServer SERVER = create();

        private static MariaDbServer create() {
            MariaDbServer server = start();
            server.shared = true;
            return server;
        }
    }
}
