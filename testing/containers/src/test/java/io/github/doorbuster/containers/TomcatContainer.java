package io.github.doorbuster.containers;

import io.github.doorbuster.testing.Folders;
import io.github.doorbuster.testing.LogCapture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.Valve;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Constants;
import org.apache.catalina.startup.ContextConfig;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.util.ServerInfo;
import org.apache.catalina.valves.RemoteIpValve;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.scan.StandardJarScanner;
import org.jspecify.annotations.Nullable;

/** Tomcat 10.1 or 11, whichever is on the class path. */
final class TomcatContainer implements ServletContainer {

    /** How long undeploy waits for each servlet that still serves; the default of 2 s tests nothing more. */
    private static final long UNLOAD_DELAY_MILLIS = 200;

    private final Path home;
    private final Tomcat tomcat = new Tomcat();
    private @Nullable StandardContext deployed;

    TomcatContainer(int threads) {
        try {
            home = Files.createTempDirectory("doorbuster-tomcat-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tomcat.setBaseDir(home.toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxThreads", Integer.toString(threads));
        connector.setProperty("maxConnections", Integer.toString(MAX_CONNECTIONS));
        connector.setProperty("acceptCount", Integer.toString(ACCEPT_QUEUE));
        if (VIRTUAL_THREADS) {
            connector.setProperty("useVirtualThreads", "true");
        }
        tomcat.setConnector(connector);
        tomcat.getHost().setAutoDeploy(false);
        try {
            tomcat.start();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String version() {
        return ServerInfo.getServerNumber();
    }

    @Override
    public URI uri() {
        return URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort());
    }

    @Override
    public void deploy(WebApp app) throws DeploymentFailed {
        StandardContext context = context(home);
        context.addLifecycleListener(new Tomcat.FixContextListener());
        app.errorPages().forEach((status, path) -> {
            ErrorPage page = new ErrorPage();
            page.setErrorCode(status);
            page.setLocation(path);
            context.addErrorPage(page);
        });
        context.addServletContainerInitializer((classes, servletContext) -> app.start(servletContext), Set.of());
        start(context);
    }

    @Override
    public void deploy(Path directory) throws DeploymentFailed {
        StandardContext context = context(directory);
        ContextConfig webXml = new ContextConfig();
        webXml.setDefaultWebXml(Constants.NoDefaultWebXml);
        context.addLifecycleListener(webXml);
        context.setParentClassLoader(new WarParentClassLoader());
        start(context);
    }

    @Override
    public void undeploy() {
        StandardContext context = deployed;
        if (context != null) {
            deployed = null;
            tomcat.getHost().removeChild(context);
        }
    }

    @Override
    public Trust trustForwardedHeaders() {
        Valve valve = new RemoteIpValve();
        tomcat.getHost().getPipeline().addValve(valve);
        return () -> tomcat.getHost().getPipeline().removeValve(valve);
    }

    @Override
    public void close() {
        undeploy();
        try {
            tomcat.stop();
            tomcat.destroy();
            Folders.delete(home);
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
    }

    private static StandardContext context(Path docBase) {
        StandardContext context = new StandardContext();
        context.setName("");
        context.setPath("");
        context.setDocBase(docBase.toString());
        context.setFailCtxIfServletStartFails(true);
        context.setUnloadDelay(UNLOAD_DELAY_MILLIS);
        // These use parts of the JDK that are not exported.
        context.setClearReferencesRmiTargets(false);
        context.setClearReferencesThreadLocals(false);
        ((StandardJarScanner) context.getJarScanner()).setScanClassPath(false);
        // Tomcat calls no filter for a path without a servlet. Its own web.xml has this one for all other paths.
        Tomcat.addServlet(context, "default", new DefaultServlet());
        context.addServletMappingDecoded("/", "default");
        return context;
    }

    private void start(StandardContext context) throws DeploymentFailed {
        deployed = context;
        // Tomcat reports to its log, and not to its caller, why a filter or servlet did not start.
        try (LogCapture log = new LogCapture("org.apache.catalina.core")) {
            try {
                tomcat.getHost().addChild(context);
            } catch (RuntimeException e) {
                undeploy();
                throw new DeploymentFailed(e);
            }
            if (context.getState() != LifecycleState.STARTED) {
                undeploy();
                throw new DeploymentFailed(log.lastThrown());
            }
        }
    }
}
