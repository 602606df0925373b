package io.github.doorbuster.demo.shop;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** {@code GET /assets/VERSION/NAME}: the styles, scripts and images of the pages. */
final class AssetServlet extends ShopServlet {

    private static final long serialVersionUID = 1L;

    private final transient Assets assets;

    AssetServlet(Assets assets) {
        super("GET", "HEAD");
        this.assets = assets;
    }

    @Override
    void handle(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Assets.Asset asset = assets.at(request.getServletPath() + request.getPathInfo());
        if (asset == null) {
            error(response, 404, "this version of the shop has no such file; reload the page");
            return;
        }
        response.setContentType(asset.contentType());
        response.setHeader("Cache-Control", "public, max-age=31536000, immutable");
        response.setHeader("Content-Security-Policy", "default-src 'none'");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(asset.content().length);
        response.getOutputStream().write(asset.content());
    }
}
