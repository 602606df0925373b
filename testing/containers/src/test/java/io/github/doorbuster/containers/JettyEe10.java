package io.github.doorbuster.containers;

import java.nio.file.Path;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.webapp.WebAppClassLoader;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.handler.ContextHandler;

/** Jetty 12.0. */
final class JettyEe10 extends JettyContainer {

    JettyEe10(int threads) {
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
