package io.github.doorbuster.pvpool.servlet;

import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A server with a journal in a process of its own, for tests that kill it: port, JDBC URL, user, password, folder. */
public final class PvPoolProcess {

    private PvPoolProcess() {}

    public static void main(String[] args) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(args[0]));
        server.addConnector(connector);
        ServletHolder holder = new ServletHolder(new PvPoolServlet());
        holder.setAsyncSupported(true);
        holder.setInitOrder(1);
        holder.setInitParameters(Map.of(
                "jdbcUrl",
                args[1],
                "jdbcUser",
                args[2],
                "jdbcPassword",
                args[3],
                "journalDir",
                args[4],
                "createTables",
                "true",
                "flushMillis",
                "50",
                "chunkRows",
                "20"));
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServlet(holder, "/items/pvc");
        server.setHandler(context);
        server.setStopAtShutdown(true);
        server.start();
        System.out.println("listening");
    }
}
