package io.github.doorbuster.buylock.memcached;

import java.util.List;
import net.spy.memcached.ops.GetsOperation;
import net.spy.memcached.ops.OperationCallback;
import net.spy.memcached.ops.StoreOperation;

/**
 * The commands that the store sends. No method waits for the reply; callbacks run on a thread of the client, which they
 * must not block. A method may throw if the command cannot be sent.
 *
 * <p>If the server returns the CAS id of a value that it has stored, the callback gets it before the status.
 */
interface MemcachedCommands {

    void sendAdd(String serverOf, String key, int seconds, String value, StoreOperation.Callback callback);

    /** Replaces a value. Not executed if the version is no longer valid on the connection. */
    void sendCas(String key, CasVersion version, int seconds, String value, StoreOperation.Callback callback);

    /** Deletes a value. Not executed if the version is no longer valid on the connection. */
    void sendDelete(String key, CasVersion version, StoreOperation.Callback callback);

    /**
     * Gets several keys in one command from the server that {@code serverOf} is on. Values arrive in the keys' order.
     */
    void sendGets(String serverOf, List<String> keys, GetsOperation.Callback callback);

    /** Increments a number on the server that {@code serverOf} is on. The message of the reply is the new number. */
    void sendIncr(String serverOf, String key, OperationCallback callback);

    /** {@return what identifies the current connection to the server of a key} */
    Object connectionOf(String key);

    /** {@return what identifies the server of a key} */
    Object serverOf(String key);
}
