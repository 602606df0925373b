package io.github.doorbuster.containers;

import io.github.doorbuster.testing.LogCapture;
import io.undertow.Undertow;
import io.undertow.Version;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.PathHandler;
import io.undertow.server.handlers.ProxyPeerAddressHandler;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ErrorPage;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xnio.Options;

/** Undertow 2.3. */
final class UndertowContainer implements ServletContainer {

    private final PathHandler applications = new PathHandler();
    private final Undertow server;
    private volatile HttpHandler outermost = applications;
    private @Nullable DeploymentManager deployed;

    UndertowContainer(int threads) {
        server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setIoThreads(1)
                .setWorkerThreads(threads)
                .setSocketOption(Options.BACKLOG, ACCEPT_QUEUE)
                .setHandler(exchange -> outermost.handleRequest(exchange))
                .build();
        server.start();
    }

    @Override
    public String version() {
        return Version.getVersionString();
    }

    @Override
    public URI uri() {
        InetSocketAddress address =
                (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        return URI.create("http://127.0.0.1:" + address.getPort());
    }

    @Override
    public void deploy(WebApp app) throws DeploymentFailed {
        ServletContainerInitializer initializer = (classes, context) -> app.start(context);
        DeploymentInfo info = new DeploymentInfo()
                .setDeploymentName("test")
                .setContextPath("/")
                .setClassLoader(WebApp.class.getClassLoader())
                .setDefaultEncoding("UTF-8")
                .setEagerFilterInit(true) // Otherwise the first request starts the filters.
                .addServletContainerInitializer(new ServletContainerInitializerInfo(
                        ServletContainerInitializer.class, new ImmediateInstanceFactory<>(initializer), Set.of()));
        app.errorPages().forEach((status, path) -> info.addErrorPage(new ErrorPage(path, status)));
        DeploymentManager manager =
                io.undertow.servlet.api.ServletContainer.Factory.newInstance().addDeployment(info);
        deployed = manager;
        // Undertow starts an application whose servlet did not start, and logs the cause of the exception only.
        try (LogCapture log = new LogCapture("io.undertow.servlet")) {
            manager.deploy();
            HttpHandler application = manager.start();
            if (!log.text().isEmpty()) {
                throw new ServletException(log.lastThrown());
            }
            applications.addPrefixPath("/", application);
        } catch (ServletException | RuntimeException e) {
            undeploy();
            throw new DeploymentFailed(e);
        }
    }

    @Override
    public void deploy(Path directory) {
        throw new UnsupportedOperationException("Undertow reads no web.xml");
    }

    @Override
    public void undeploy() {
        DeploymentManager manager = deployed;
        if (manager != null) {
            deployed = null;
            applications.clearPaths();
            try {
                if (manager.getState() == DeploymentManager.State.STARTED) {
                    manager.stop();
                }
                if (manager.getDeployment() != null) {
                    manager.undeploy();
                }
            } catch (ServletException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public Trust trustForwardedHeaders() {
        outermost = new ProxyPeerAddressHandler(applications);
        return () -> outermost = applications;
    }

    @Override
    public void close() {
        undeploy();
        server.stop();
    }
}
