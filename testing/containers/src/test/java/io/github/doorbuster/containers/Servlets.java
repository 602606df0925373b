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

/** Registers filters and servlets. */
final class Servlets {

    private Servlets() {}

    /** The service method of a servlet. */
    @FunctionalInterface
    interface Service {
        void serve(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException;
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

    /** Maps the filter of purchases to {@code /buy}. */
    static void purchaseFilter(ServletContext context, Filter filter, Map<String, String> initParams) {
        filter(
                context,
                "buylock",
                filter,
                initParams,
                EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC),
                "/buy");
    }

    /** Maps an asynchronous servlet to a path. */
    static void servlet(ServletContext context, String path, Service service) {
        servlet(context, path, new ServiceServlet(service), Map.of()).setAsyncSupported(true);
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

    static HttpServlet serving(Service service) {
        return new ServiceServlet(service);
    }

    private static final class ServiceServlet extends HttpServlet {

        private static final long serialVersionUID = 1;
        private final transient Service service;

        ServiceServlet(Service service) {
            this.service = service;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            service.serve(request, response);
        }
    }
}
