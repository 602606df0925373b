package io.github.doorbuster.benchmarks.pvpool;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The least that an endpoint with a durable answer has to do: it parses the ids, one thread writes those of all waiting
 * requests and forces them, and then answers each. It counts nothing, and no database gets anything.
 */
final class ForcingServlet extends HttpServlet implements AutoCloseable {

    private static final long serialVersionUID = 1L;
    private static final int ROOM_BYTES = 64 << 20;

    private final transient FileChannel file;
    private final transient Thread thread = new Thread(this::forceAll, "forcing");

    private final transient BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();

    ForcingServlet(Path file) throws IOException {
        this.file = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.file.write(ByteBuffer.allocate(ROOM_BYTES)); // so that no force has to change metadata
        this.file.force(true);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) {
        List<String> ids = ParsingServlet.ids(request);
        byte[] record = String.join(",", ids).getBytes(StandardCharsets.US_ASCII);
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        queue.add(new Waiting(async, record, ids.size()));
    }

    private void forceAll() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        int at = 0;
        List<Waiting> group = new ArrayList<>();
        try {
            while (true) {
                group.add(queue.take());
                queue.drainTo(group);
                group.forEach(request -> buffer.put(request.record));
                int length = buffer.flip().remaining();
                at = at + length > ROOM_BYTES ? 0 : at;
                file.write(buffer, at);
                file.force(false);
                at += length;
                buffer.clear();
                group.forEach(ForcingServlet::answer);
                group.clear();
            }
        } catch (InterruptedException | ClosedChannelException e) {
            Thread.currentThread().interrupt(); // the benchmark is over
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(Waiting request) {
        request.async.start(() -> {
            try {
                ParsingServlet.accept((HttpServletResponse) request.async.getResponse(), request.views);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                request.async.complete();
            }
        });
    }

    @Override
    public void close() throws IOException {
        thread.interrupt();
        file.close();
    }

    private record Waiting(AsyncContext async, byte[] record, int views) {}
}
