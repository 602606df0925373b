package io.github.doorbuster.benchmarks.buylock;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The least that a filter with a lock in memcached must do: it suspends each request until the reply has arrived. */
final class TwoCommandsFilter extends HttpFilter {

    private static final long serialVersionUID = 1;

    private final transient TwoCommands commands;

    TwoCommandsFilter(TwoCommands commands) {
        this.commands = commands;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String item = request.getParameter("item_id");
        if (request.getDispatcherType() == DispatcherType.REQUEST) {
            AsyncContext async = request.startAsync();
            async.setTimeout(0);
            commands.acquire(item, async);
        } else {
            chain.doFilter(request, response);
            commands.release(item);
        }
    }

    @Override
    public void destroy() {
        commands.close();
    }
}
