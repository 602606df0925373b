package io.github.doorbuster.buylock.memcached;

import java.util.List;
import net.spy.memcached.ops.GetsOperation;
import net.spy.memcached.ops.OperationCallback;
import net.spy.memcached.ops.StoreOperation;

/**
 * The commands that the store sends. No method waits for the reply; callbacks run on a thread of the client, which they
 * must not block. A method may throw if the command cannot be sent.
 */
interface MemcachedCommands {

    void sendAdd(String serverOf, String key, int seconds, String value, StoreOperation.Callback callback);

    void sendCas(String key, long cas, int seconds, String value, StoreOperation.Callback callback);

    /**
     * Gets several keys in one command from the server that {@code serverOf} is on. Values arrive in the keys' order.
     */
    void sendGets(String serverOf, List<String> keys, GetsOperation.Callback callback);

    /** Increments a number on the server that {@code serverOf} is on. The message of the reply is the new number. */
    void sendIncr(String serverOf, String key, OperationCallback callback);

    /**
     * {@return what identifies the current connection to the server of a key: CAS ids of an earlier one do not count}
     */
    Object connectionOf(String key);

    /** {@return what identifies the server of a key} */
    Object serverOf(String key);
}
