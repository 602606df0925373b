package io.github.doorbuster.benchmarks.buylock;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** The least that a filter with a lock in memcached must do: it suspends each request until the reply has arrived. */
final class TwoCommandsFilter extends HttpFilter {

    private static final long serialVersionUID = 1;
    private static final AtomicInteger INSTANCES = new AtomicInteger();

    private final transient TwoCommands commands;
    /** The last commands of a round may not be sent, and then leave their keys locked. */
    private final String prefix = "two/" + INSTANCES.incrementAndGet() + '/';

    TwoCommandsFilter(TwoCommands commands) {
        this.commands = commands;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String key = prefix + request.getParameter("item_id");
        if (request.getDispatcherType() == DispatcherType.REQUEST) {
            AsyncContext async = request.startAsync();
            async.setTimeout(0);
            commands.acquire(key, async);
        } else {
            chain.doFilter(request, response);
            commands.release(key);
        }
    }

    @Override
    public void destroy() {
        commands.close();
    }
}
