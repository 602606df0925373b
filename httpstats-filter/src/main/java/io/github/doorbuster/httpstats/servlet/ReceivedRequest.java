package io.github.doorbuster.httpstats.servlet;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.InvocationTargetException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A request as the container received it. Frameworks replace the remote address with an address from a header: Spring's
 * {@code ForwardedHeaderFilter} and Tomcat's {@code RemoteIpFilter} by a wrapper, Jetty's
 * {@code ForwardedRequestCustomizer} and Undertow's {@code ProxyPeerAddressHandler} below the servlet API, Tomcat's
 * {@code RemoteIpValve} in the request itself.
 */
final class ReceivedRequest {

    /** Tomcat's valve sets it when it overwrites the address; the original address is then lost. */
    private static final String TOMCAT_FORWARDED = "org.apache.tomcat.request.forwarded";

    private static final String JETTY_REQUEST = "org.eclipse.jetty.server.Request";
    private static final String JETTY_CONNECTION = "org.eclipse.jetty.server.ConnectionMetaData";
    private static final String UNDERTOW_CONNECTION = "io.undertow.server.ServerConnection";

    private ReceivedRequest() {}

    /** {@return the request inside all wrappers} */
    static HttpServletRequest innermost(HttpServletRequest request) {
        ServletRequest inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            inner = wrapper.getRequest();
        }
        return inner instanceof HttpServletRequest http ? http : request;
    }

    /** {@return the address of the other end of the connection, or null if it is no longer known} */
    static @Nullable String peer(HttpServletRequest innermost) {
        if (innermost.getAttribute(TOMCAT_FORWARDED) != null) {
            return null;
        }
        String type = innermost.getClass().getName();
        try {
            if (type.startsWith("org.eclipse.jetty.")) {
                return hostOf(jettyPeer(innermost));
            }
            return type.startsWith("io.undertow.") ? hostOf(undertowPeer(innermost)) : innermost.getRemoteAddr();
        } catch (ReflectiveOperationException | ClassCastException e) {
            if (e instanceof InvocationTargetException thrown && thrown.getCause() instanceof Error error) {
                throw error;
            }
            return null; // An unknown version of the container: only the token gives access.
        }
    }

    /** An application may not see the classes of the container, so this code calls public methods by name. */
    private static @Nullable Object jettyPeer(HttpServletRequest request) throws ReflectiveOperationException {
        ClassLoader jetty = request.getClass().getClassLoader();
        Class<?> coreRequest = Class.forName(JETTY_REQUEST, false, jetty);
        Object core = request.getClass().getMethod("getRequest").invoke(request);
        Object received = coreRequest.getMethod("unWrap", coreRequest).invoke(null, core);
        Object connection = coreRequest.getMethod("getConnectionMetaData").invoke(received);
        return Class.forName(JETTY_CONNECTION, false, jetty)
                .getMethod("getRemoteSocketAddress")
                .invoke(connection);
    }

    private static @Nullable Object undertowPeer(HttpServletRequest request) throws ReflectiveOperationException {
        Object exchange = request.getClass().getMethod("getExchange").invoke(request);
        Object connection = exchange.getClass().getMethod("getConnection").invoke(exchange);
        return Class.forName(UNDERTOW_CONNECTION, false, exchange.getClass().getClassLoader())
                .getMethod("getPeerAddress")
                .invoke(connection);
    }

    private static @Nullable String hostOf(@Nullable Object address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : null;
    }
}
