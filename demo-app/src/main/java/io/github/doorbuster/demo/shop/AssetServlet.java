package io.github.doorbuster.demo.shop;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** {@code GET /assets/NAME}: one file of the page, its style or its script. */
public final class AssetServlet extends ShopServlet {

    private static final long serialVersionUID = 1L;

    private final byte[] content;
    private final String contentType;

    /**
     * A servlet that holds one file of this package.
     *
     * @param name the file's name
     * @param contentType its media type
     * @throws IOException if it cannot be read
     */
    public AssetServlet(String name, String contentType) throws IOException {
        super("GET", "HEAD");
        this.content = resource(name);
        this.contentType = contentType;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType(contentType);
        response.setHeader("Cache-Control", "max-age=300");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(content.length);
        response.getOutputStream().write(content);
    }
}
