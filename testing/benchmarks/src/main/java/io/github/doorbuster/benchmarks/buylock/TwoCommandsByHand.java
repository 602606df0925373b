package io.github.doorbuster.benchmarks.buylock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import jakarta.servlet.AsyncContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The two commands over one blocking connection, without a client: a command is bytes in a buffer, and a reply is the
 * end of a line. What is queued while replies are outstanding is written at once when the next ones arrive. It has no
 * timeouts, does not reconnect and handles no errors, so a client that can be used costs more.
 */
final class TwoCommandsByHand implements TwoCommands {

    private static final int BUFFER_BYTES = 64 * 1024;
    /** In the place of a request that waits for the reply. */
    private static final Object NOBODY = new Object();

    private static final byte[] ACQUIRE_START = bytes(ACQUIRE);
    private static final byte[] ACQUIRE_REST = bytes(ACQUIRE_END);
    private static final byte[] RELEASE_START = bytes(RELEASE);
    private static final byte[] RELEASE_REST = bytes(RELEASE_END);

    private final SocketChannel channel;
    private final Thread reader;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Queue<Object> expected = new ArrayDeque<>();

    @GuardedBy("lock")
    private ByteBuffer queued = ByteBuffer.allocateDirect(BUFFER_BYTES);

    @GuardedBy("lock")
    private boolean inFlight;

    private TwoCommandsByHand(SocketChannel channel) {
        this.channel = channel;
        this.reader = new Thread(this::read, "Memcached IO by hand");
        reader.setUncaughtExceptionHandler((thread, failure) -> {
            // Otherwise the suspended requests would never be dispatched.
            failure.printStackTrace();
            Runtime.getRuntime().exit(1);
        });
    }

    /** Connects to {@code host:port}. */
    static TwoCommandsByHand connect(String address) {
        int colon = address.lastIndexOf(':');
        InetSocketAddress server =
                new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        try {
            SocketChannel channel = SocketChannel.open(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            TwoCommandsByHand commands = new TwoCommandsByHand(channel);
            commands.reader.start();
            return commands;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void acquire(String key, AsyncContext request) {
        send(request, ACQUIRE_START, key, ACQUIRE_REST);
    }

    @Override
    public void release(String key) {
        send(NOBODY, RELEASE_START, key, RELEASE_REST);
    }

    /** Queues a command. Writes it at once if no reply is outstanding; otherwise the reader writes it. */
    private void send(Object waitsForReply, byte[] start, String key, byte[] rest) {
        lock.lock();
        try {
            queued.put(start);
            for (int i = 0; i < key.length(); i++) {
                queued.put((byte) key.charAt(i));
            }
            queued.put(rest);
            expected.add(waitsForReply);
            if (!inFlight) {
                inFlight = true;
                write(queued);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }

    private void write(ByteBuffer commands) throws IOException {
        commands.flip();
        while (commands.hasRemaining()) {
            channel.write(commands);
        }
        commands.clear();
    }

    private void read() {
        ByteBuffer replies = ByteBuffer.allocateDirect(BUFFER_BYTES);
        ByteBuffer spare = ByteBuffer.allocateDirect(BUFFER_BYTES);
        List<AsyncContext> granted = new ArrayList<>();
        try {
            while (channel.read(replies) >= 0) {
                replies.flip();
                int lines = countLines(replies);
                replies.clear();
                spare = takeQueued(lines, granted, spare);
                write(spare);
                granted.forEach(AsyncContext::dispatch);
                granted.clear();
            }
        } catch (AsynchronousCloseException e) {
            // The end.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every reply is a line {@code HD}, with the CAS id behind it or without. */
    private static int countLines(ByteBuffer replies) {
        int lines = 0;
        while (replies.hasRemaining()) {
            byte next = replies.get();
            if (next == '\n') {
                lines++;
            } else if (next == 'N' || next == 'E') {
                throw new IllegalStateException("memcached has refused a command");
            }
        }
        return lines;
    }

    /** Takes the requests whose replies have arrived, and exchanges the buffers; returns the one to write. */
    private ByteBuffer takeQueued(int lines, List<AsyncContext> granted, ByteBuffer empty) {
        lock.lock();
        try {
            for (int line = 0; line < lines; line++) {
                if (expected.remove() instanceof AsyncContext request) {
                    granted.add(request);
                }
            }
            ByteBuffer full = queued;
            queued = empty;
            inFlight = !expected.isEmpty();
            return full;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            reader.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
