package io.github.doorbuster.containers;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.util.Map;

/** An application of a test, which registers its filters and servlets when the container starts it. */
@FunctionalInterface
interface WebApp {

    void start(ServletContext context) throws ServletException;

    /** {@return the error pages, from status to path} */
    default Map<Integer, String> errorPages() {
        return Map.of();
    }

    default WebApp withErrorPage(int status, String path) {
        WebApp app = this;
        return new WebApp() {
            @Override
            public void start(ServletContext context) throws ServletException {
                app.start(context);
            }

            @Override
            public Map<Integer, String> errorPages() {
                return Map.of(status, path);
            }
        };
    }
}
