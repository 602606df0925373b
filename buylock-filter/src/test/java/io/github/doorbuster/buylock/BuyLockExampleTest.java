package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example in the Javadoc of {@link BuyLock}, compiled and run. */
class BuyLockExampleTest {

    private static final Pattern EXAMPLE = Pattern.compile("<pre>\\{@code(.*?)\\}</pre>", Pattern.DOTALL);

    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private volatile Thread buyer = Thread.currentThread();

    /** Blocks, as a purchase in a database does. */
    private void purchase(String itemId) {
        buyer = Thread.currentThread();
        try {
            mayEnd.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(itemId, e);
        }
    }

    @Test
    void aPurchaseThatBlocksDoesNotHoldTheThreadThatFreedTheItem() throws Exception {
        // example
        BuyLock lock = BuyLock.builder().store(new InMemoryLockStore()).build();
        // waits
        Grant before = lock.tryAcquire("42").join();
        // example
        lock.acquire("42")
                .thenAccept(
                        grant -> { // runs on the lock's executor
                            try (grant) {
                                purchase("42");
                            }
                        });
        // end
        before.close();
        assertThat(lock.acquire("43").join().itemId()).isEqualTo("43");
        mayEnd.countDown();
        lock.acquire("42").join().close();
        assertThat(buyer.getName()).startsWith("doorbuster-buylock-callback-");
        lock.close();
    }

    @Test
    void theExampleIsTheCodeAbove() throws Exception {
        String javadoc = source("main", "BuyLock").replaceAll("(?m)^ \\* ?", "");
        Matcher example = EXAMPLE.matcher(javadoc);
        assertThat(example.find()).isTrue();
        String compiled = source("test", "BuyLockExampleTest")
                .replaceAll("(?s)^.*?// example\n(.*?)// waits.*?// example\n(.*?)// end.*$", "$1$2");

        assertThat(compiled).isEqualToIgnoringWhitespace(example.group(1));
    }

    private static String source(String tree, String type) throws Exception {
        return Files.readString(Path.of("src", tree, "java/io/github/doorbuster/buylock", type + ".java"));
    }
}
