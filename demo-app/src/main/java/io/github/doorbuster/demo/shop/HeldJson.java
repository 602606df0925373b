package io.github.doorbuster.demo.shop;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A response that keeps a JSON body back, and sends what has been made of it; other bodies pass. */
final class HeldJson extends HttpServletResponseWrapper {

    /** Makes a page of an answer. */
    @FunctionalInterface
    interface Rendering {
        String page(int status, JsonNode json);
    }

    private final Rendering rendering;
    private @Nullable ByteArrayOutputStream json;

    HeldJson(HttpServletResponse response, Rendering rendering) {
        super(response);
        this.rendering = rendering;
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
        return new Keeping(json);
    }

    @Override
    public void flushBuffer() throws IOException {
        release();
        super.flushBuffer();
    }

    /** Sends the page, once, if there is one. */
    void release() throws IOException {
        if (json != null) {
            JsonNode body = ShopServlet.JSON.readTree(json.toByteArray());
            json = null;
            Page.send((HttpServletResponse) getResponse(), rendering.page(getStatus(), body));
        }
    }

    private static final class Keeping extends ServletOutputStream {

        private final ByteArrayOutputStream into;

        Keeping(ByteArrayOutputStream into) {
            this.into = into;
        }

        @Override
        public void write(int b) {
            into.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            into.write(bytes, from, length);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new IllegalStateException("the shop's answers are written at once");
        }
    }
}
