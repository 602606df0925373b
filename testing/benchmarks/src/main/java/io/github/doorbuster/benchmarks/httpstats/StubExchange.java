package io.github.doorbuster.benchmarks.httpstats;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request, a response and an empty chain that cost almost nothing, so that only the filter is measured. */
final class StubExchange {

    static final FilterChain EMPTY_CHAIN = (request, response) -> {};

    final Request request = new Request();
    final HttpServletResponse response = new Response();

    /** A filter configuration without init-params, of a context with the given attributes. */
    static FilterConfig config(Map<String, Object> attributes) {
        ServletContext context = stub(ServletContext.class, Map.of(), attributes);
        return stub(
                FilterConfig.class,
                Map.of("getServletContext", context, "getInitParameterNames", Collections.emptyEnumeration()),
                Map.of());
    }

    private static <T> T stub(Class<T> type, Map<String, Object> results, Map<String, Object> attributes) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            if (method.getName().equals("getAttribute")) {
                return attributes.get((String) args[0]);
            }
            return results.get(method.getName());
        }));
    }

    /** Holds one attribute, with padding around it: no two threads share a cache line, as in a container. */
    static final class Request extends HttpServletRequestWrapper {

        private static final int NAME = 32;
        private static final int VALUE = NAME + 1;

        private final HttpServletMapping mapping = new Mapping("/items/*");
        private final @Nullable Object[] attributes = new Object[2 * NAME];

        Request() {
            super(stub(HttpServletRequest.class, Map.of(), Map.of()));
        }

        /** Clears the attribute, as in a new request. */
        Request renew() {
            attributes[NAME] = null;
            attributes[VALUE] = null;
            return this;
        }

        @Override
        public @Nullable Object getAttribute(String name) {
            return name.equals(attributes[NAME]) ? attributes[VALUE] : null;
        }

        @Override
        public void setAttribute(String name, Object value) {
            attributes[NAME] = name;
            attributes[VALUE] = value;
        }

        @Override
        public String getMethod() {
            return "GET";
        }

        @Override
        public String getRequestURI() {
            return "/items/42";
        }

        @Override
        public DispatcherType getDispatcherType() {
            return DispatcherType.REQUEST;
        }

        @Override
        public boolean isAsyncStarted() {
            return false;
        }

        @Override
        public HttpServletMapping getHttpServletMapping() {
            return mapping;
        }
    }

    private record Mapping(String pattern) implements HttpServletMapping {

        @Override
        public String getMatchValue() {
            return "";
        }

        @Override
        public String getPattern() {
            return pattern;
        }

        @Override
        public String getServletName() {
            return "items";
        }

        @Override
        public jakarta.servlet.http.MappingMatch getMappingMatch() {
            return jakarta.servlet.http.MappingMatch.PATH;
        }
    }

    private static final class Response extends HttpServletResponseWrapper {

        Response() {
            super(stub(HttpServletResponse.class, Map.of(), Map.of()));
        }

        @Override
        public int getStatus() {
            return HttpServletResponse.SC_OK;
        }

        @Override
        public @Nullable String getContentType() {
            return null;
        }

        @Override
        public boolean isCommitted() {
            return false;
        }
    }
}
