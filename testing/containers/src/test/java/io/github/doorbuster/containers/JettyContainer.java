package io.github.doorbuster.containers;

import java.net.URI;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * What Jetty 12.0 and 12.1 have in common. The names of the subclasses have the Jakarta EE version, as Jetty's
 * packages.
 */
abstract class JettyContainer implements ServletContainer {

    private final Server server;
    private final ContextHandlerCollection contexts = new ContextHandlerCollection();
    private @Nullable Handler deployed;

    JettyContainer(int threads) {
        // One thread accepts and one selects, in addition to those that serve.
        QueuedThreadPool pool = new QueuedThreadPool(threads + 2);
        if (VIRTUAL_THREADS) {
            pool.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        }
        server = new Server(pool);
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        server.addConnector(connector);
        server.setHandler(contexts);
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    abstract ContextHandler context(WebApp app);

    abstract ContextHandler context(Path directory);

    @Override
    public String version() {
        return Server.getVersion();
    }

    @Override
    public URI uri() {
        return URI.create("http://127.0.0.1:" + ((ServerConnector) server.getConnectors()[0]).getLocalPort());
    }

    @Override
    public void deploy(WebApp app) throws DeploymentFailed {
        start(context(app));
    }

    @Override
    public void deploy(Path directory) throws DeploymentFailed {
        start(context(directory));
    }

    /** Starts an application inside a handler of Jetty's core. */
    void deploy(WebApp app, UnaryOperator<Handler> wrapper) throws DeploymentFailed {
        ContextHandler context = context(app);
        start(wrapper.apply(context));
    }

    @Override
    public void undeploy() {
        Handler context = deployed;
        if (context != null) {
            deployed = null;
            try {
                context.stop();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            } finally {
                contexts.removeHandler(context);
                context.destroy();
            }
        }
    }

    @Override
    public Trust trustForwardedHeaders() {
        HttpConfiguration configuration = ((ServerConnector) server.getConnectors()[0])
                .getConnectionFactory(HttpConfiguration.ConnectionFactory.class)
                .getHttpConfiguration();
        HttpConfiguration.Customizer customizer = new ForwardedRequestCustomizer();
        configuration.addCustomizer(customizer);
        return () -> configuration.getCustomizers().remove(customizer);
    }

    @Override
    public void close() {
        undeploy();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void start(Handler outermost) throws DeploymentFailed {
        contexts.addHandler(outermost);
        deployed = outermost;
        try {
            outermost.start();
        } catch (Exception e) {
            undeploy();
            throw new DeploymentFailed(e);
        }
    }
}
