package io.github.doorbuster.benchmarks.buylock;

import jakarta.servlet.AsyncContext;

/**
 * The two commands that a lock in memcached must send for each purchase, and nothing else: no token is compared, no
 * line is kept, and nothing is counted.
 */
interface TwoCommands extends AutoCloseable {

    String ACQUIRE = "ms ";
    String ACQUIRE_END = " 1 ME T10 c\r\n1\r\n";
    String RELEASE = "md ";
    String RELEASE_END = "\r\n";

    /** Sends the first command, and dispatches the request when the reply has arrived. */
    void acquire(String key, AsyncContext request);

    /** Sends the second command. Does not wait for the reply. */
    void release(String key);

    @Override
    void close();
}
