package io.github.doorbuster.pvpool.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FolderLockTest {

    @TempDir
    Path folder;

    /** Tries to lock the folder in another process. Exits with 0 if it is refused. */
    static final class OtherProcess {

        private OtherProcess() {}

        public static void main(String[] args) throws IOException {
            try {
                FolderLock.of(Path.of(args[0])).close();
                System.exit(1);
            } catch (IOException e) {
                System.exit(e.getMessage().contains("in use") ? 0 : 2);
            }
        }
    }

    private int exitOfOtherProcess() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        folder.toString())
                .inheritIO()
                .start()
                .waitFor();
    }

    @Test
    void refusedSecondLockKeepsOtherProcessesOut() throws Exception {
        try (FolderLock first = FolderLock.of(folder)) {
            assertThat(first).isNotNull();
            assertThatIOException().isThrownBy(() -> FolderLock.of(folder)).withMessageContaining("in use");
            Path link = Files.createSymbolicLink(folder.resolveSibling(folder.getFileName() + "-link"), folder);
            assertThatIOException().isThrownBy(() -> FolderLock.of(link)).withMessageContaining("in use");
            assertThat(exitOfOtherProcess()).isZero();
        }
        assertThat(exitOfOtherProcess()).isEqualTo(1);
    }

    @Test
    void failedLockIsNotRemembered() throws Exception {
        Files.createDirectory(folder.resolve("lock"));
        assertThatIOException().isThrownBy(() -> FolderLock.of(folder));
        Files.delete(folder.resolve("lock"));
        FolderLock.of(folder).close();
    }

    @Test
    void newFoldersAreDurableAndPrivate() throws Exception {
        List<Path> synced = new ArrayList<>();
        Disk disk = new FaultyDisk() {
            @Override
            public void syncDirectory(Path directory) throws IOException {
                synced.add(directory);
                super.syncDirectory(directory);
            }
        };
        Path journal = folder.resolve("a").resolve("b");
        OwnerOnly.createFolders(journal, disk);
        assertThat(synced).containsExactly(folder, folder.resolve("a"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(journal)))
                .isEqualTo("rwx------");
        FolderLock.of(journal).close();
        assertThat(Files.getPosixFilePermissions(journal.resolve("lock"))).hasSize(2);
        disk.create(journal.resolve("file")).close();
        assertThat(Files.getPosixFilePermissions(journal.resolve("file"))).hasSize(2);
    }
}
