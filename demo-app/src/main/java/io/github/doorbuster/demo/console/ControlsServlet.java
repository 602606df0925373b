package io.github.doorbuster.demo.console;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/** Controls of the console: a GET shows them and a POST changes something, for those who have access. */
abstract class ControlsServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private final transient OperatorAccess access;
    private final String paths;

    /** Creates controls; {@code paths} tells those who request another path which there are. */
    ControlsServlet(OperatorAccess access, String paths) {
        this.access = access;
        this.paths = paths;
    }

    /** Answers a GET; returns false if there is no such path. */
    abstract boolean show(String path, HttpServletRequest request, HttpServletResponse response) throws IOException;

    /** Answers a POST; returns false if there is no such path. */
    abstract boolean change(String path, HttpServletRequest request, HttpServletResponse response) throws IOException;

    /** {@return the token that a POST needs} */
    final String token() {
        return access.token();
    }

    @Override
    protected final void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<String> denial = access.denialOfReading(request);
        if (denial.isPresent()) {
            ConsoleJson.error(response, HttpServletResponse.SC_FORBIDDEN, denial.get());
        } else if (!show(ConsoleJson.path(request), request, response)) {
            ConsoleJson.error(response, HttpServletResponse.SC_NOT_FOUND, paths);
        }
    }

    @Override
    protected final void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<String> denial = access.denialOfChange(request);
        if (denial.isPresent()) {
            ConsoleJson.error(response, HttpServletResponse.SC_FORBIDDEN, denial.get());
        } else if (!change(ConsoleJson.path(request), request, response)) {
            ConsoleJson.error(response, HttpServletResponse.SC_NOT_FOUND, paths);
        }
    }
}
