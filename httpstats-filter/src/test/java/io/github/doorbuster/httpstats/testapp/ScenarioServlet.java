package io.github.doorbuster.httpstats.testapp;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;

/** Runs the {@link Scenario} that the path names, or one of a few others. */
public final class ScenarioServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        // In an include, the request has the path of the including servlet; the own path is in an attribute.
        Object included = request.getAttribute(RequestDispatcher.INCLUDE_PATH_INFO);
        String name = (included == null ? request.getPathInfo() : included.toString()).substring(1);
        switch (name) {
            case "ERROR_PAGE_299" -> response.setStatus(299);
            case "STREAM", "UPPER_CASE_STREAM" -> {
                String type = "text/event-stream";
                response.setContentType(name.equals("STREAM") ? type : type.toUpperCase(Locale.ROOT));
                response.getWriter().print("data: 1\n\n");
            }
            case "LARGE" -> {
                byte[] block = new byte[1 << 20];
                for (int i = 0; i < 64; i++) {
                    response.getOutputStream().write(block);
                }
            }
            case "ERROR_WITH_PAGE" -> response.sendError(410);
            default -> Scenario.valueOf(name).run(request, response);
        }
    }
}
