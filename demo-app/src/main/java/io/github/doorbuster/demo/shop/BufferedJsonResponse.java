package io.github.doorbuster.demo.shop;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A response that buffers a JSON body, and sends a page in its place. Other bodies are not buffered. */
final class BufferedJsonResponse extends HttpServletResponseWrapper {

    /** Renders a response as a page. */
    @FunctionalInterface
    interface Renderer {
        String render(int status, JsonNode json);
    }

    private final Renderer renderer;
    private @Nullable ByteArrayOutputStream json;

    BufferedJsonResponse(HttpServletResponse response, Renderer renderer) {
        super(response);
        this.renderer = renderer;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        String type = getContentType();
        if (json == null && (type == null || !type.startsWith("application/json"))) {
            return super.getOutputStream();
        }
        if (json == null) {
            json = new ByteArrayOutputStream();
        }
        return new BufferStream(json);
    }

    @Override
    public void flushBuffer() throws IOException {
        release();
        super.flushBuffer();
    }

    /** Sends the page, if a JSON body was buffered. */
    void release() throws IOException {
        if (json != null) {
            JsonNode body = ShopServlet.JSON.readTree(json.toByteArray());
            json = null;
            Page.send((HttpServletResponse) getResponse(), renderer.render(getStatus(), body));
        }
    }

    private static final class BufferStream extends ServletOutputStream {

        private final ByteArrayOutputStream buffer;

        BufferStream(ByteArrayOutputStream buffer) {
            this.buffer = buffer;
        }

        @Override
        public void write(int b) {
            buffer.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            buffer.write(bytes, from, length);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new IllegalStateException("asynchronous writing is not supported");
        }
    }
}
