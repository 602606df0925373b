package io.github.doorbuster.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A MariaDB on a free loopback port with an empty data directory, or the server that {@code MYSQL_URL} names
 * ({@code jdbc:mysql://host:port/?user=...&password=...}).
 *
 * <p>A named server is only talked to: the methods that stop, kill or restart it throw. A server of our own writes its
 * redo log at every commit, as a default one does; {@code --innodb-flush-log-at-trx-commit=2} makes it quicker.
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
    private @Nullable ServerProcess process;
    private boolean shared;

    private MariaDbServer(MySqlUrl url, List<String> extraArgs, @Nullable Path directory) {
        this.url = url;
        this.extraArgs = extraArgs;
        this.directory = directory;
    }

    /**
     * Starts MariaDB and waits until it takes connections.
     *
     * @param extraArgs more arguments, each as {@code --name=value}; they win over ours
     * @return the running server
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
     * Starts a MariaDB of our own even where {@code MYSQL_URL} names a server, for tests that stop and kill it.
     *
     * @param extraArgs more arguments, each as {@code --name=value}; they win over ours
     * @return the running server
     */
    public static MariaDbServer startOwn(String... extraArgs) {
        MySqlUrl url = new MySqlUrl("127.0.0.1:" + ServerProcess.freePort(), "root", "");
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
     * Returns the server that all tests of this JVM share; its {@link #close()} does nothing, it ends with the JVM.
     *
     * @return the running server
     */
    public static MariaDbServer shared() {
        return Shared.SERVER;
    }

    /**
     * Returns where the server listens.
     *
     * @return {@code host:port}
     */
    public String address() {
        return url.address();
    }

    /**
     * Creates a database where it is missing and returns its URL.
     *
     * @param database the name, letters, digits and underscores
     * @return a URL for MySQL Connector/J, without user and password
     */
    public String jdbcUrl(String database) {
        if (!database.matches("\\w{1,64}")) {
            throw new IllegalArgumentException("database " + database + ": must be letters, digits and underscores");
        }
        execute("CREATE DATABASE IF NOT EXISTS `" + database + "`");
        return url.jdbc(database);
    }

    /**
     * Returns the user, who may do everything.
     *
     * @return the name
     */
    public String user() {
        return url.user();
    }

    /**
     * Returns the password of {@link #user()}.
     *
     * @return the password, empty where there is none
     */
    public String password() {
        return url.password();
    }

    /** Stops the process with SIGSTOP: it keeps its connections and accepts new ones, but answers nothing. */
    public void stop() {
        own().stop();
    }

    /** Lets a stopped process go on, with SIGCONT. */
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

    /** Kills a server of our own and removes its data; does nothing to one that was given or is shared. */
    @Override
    public void close() {
        if (!shared) {
            end();
        }
    }

    private synchronized void end() {
        ServerProcess running = process;
        if (running == null) {
            return;
        }
        running.close();
        process = null;
        Folders.delete(Objects.requireNonNull(directory));
    }

    private ServerProcess own() {
        ServerProcess running = process;
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
        process = ServerProcess.start("MariaDB", command, home.resolve("mariadb.log"), this::answers);
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
