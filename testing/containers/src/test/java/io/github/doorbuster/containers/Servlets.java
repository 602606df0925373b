package io.github.doorbuster.containers;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;

/** Registers filters and servlets in a line. */
final class Servlets {

    private Servlets() {}

    /** What a servlet does with a request of any method. */
    @FunctionalInterface
    interface Behaviour {
        void service(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException;
    }

    /** Maps an asynchronous filter to every path. */
    static void filter(ServletContext context, String name, Filter filter, EnumSet<DispatcherType> dispatches) {
        filter(context, name, filter, Map.of(), dispatches, "/*");
    }

    static void filter(
            ServletContext context,
            String name,
            Filter filter,
            Map<String, String> initParams,
            EnumSet<DispatcherType> dispatches,
            String... patterns) {
        FilterRegistration.Dynamic registration = context.addFilter(name, filter);
        registration.setInitParameters(initParams);
        registration.setAsyncSupported(true);
        registration.addMappingForUrlPatterns(dispatches, false, patterns);
    }

    /** Maps an asynchronous servlet to a path. */
    static void servlet(ServletContext context, String path, Behaviour behaviour) {
        servlet(context, path, new Behaving(behaviour), Map.of()).setAsyncSupported(true);
    }

    /** Maps a servlet to a path and starts it with the application. */
    static ServletRegistration.Dynamic servlet(
            ServletContext context, String path, Servlet servlet, Map<String, String> initParams) {
        ServletRegistration.Dynamic registration = context.addServlet(path, servlet);
        registration.setInitParameters(initParams);
        registration.setLoadOnStartup(1);
        registration.addMapping(path);
        return registration;
    }

    static HttpServlet behaving(Behaviour behaviour) {
        return new Behaving(behaviour);
    }

    private static final class Behaving extends HttpServlet {

        private static final long serialVersionUID = 1;
        private final transient Behaviour behaviour;

        Behaving(Behaviour behaviour) {
            this.behaviour = behaviour;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            behaviour.service(request, response);
        }
    }
}
