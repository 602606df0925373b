package io.github.doorbuster.containers;

import java.nio.file.Path;
import org.eclipse.jetty.ee.webapp.WebAppClassLoader;
import org.eclipse.jetty.ee11.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.webapp.WebAppContext;
import org.eclipse.jetty.server.handler.ContextHandler;

/** Jetty 12.1. */
final class JettyEe11 extends JettyContainer {

    JettyEe11(int threads) {
        super(threads);
    }

    @Override
    ContextHandler context(WebApp app) {
        ServletContextHandler context = new ServletContextHandler("/");
        ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
        app.errorPages().forEach(errors::addErrorPage);
        context.setErrorHandler(errors);
        context.addServletContainerInitializer((classes, servletContext) -> app.start(servletContext));
        return context;
    }

    @Override
    ContextHandler context(Path directory) {
        WebAppContext context = new WebAppContext(directory.toString(), "/");
        context.setThrowUnavailableOnStartupException(true);
        context.setClassLoader(new WebAppClassLoader(new WarParentClassLoader(), context));
        return context;
    }
}
