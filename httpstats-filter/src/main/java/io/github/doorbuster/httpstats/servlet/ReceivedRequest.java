package io.github.doorbuster.httpstats.servlet;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A request as the container received it. Frameworks replace the remote address with an address from a header: Spring's
 * {@code ForwardedHeaderFilter} and Tomcat's {@code RemoteIpFilter} by a wrapper, Jetty's
 * {@code ForwardedRequestCustomizer} and Undertow's {@code ProxyPeerAddressHandler} below the servlet API, Tomcat's
 * {@code RemoteIpValve} in the request itself, and the PROXY protocol in the connection.
 */
final class ReceivedRequest {

    /** Tomcat's valve sets it when it overwrites the address; the original address is then lost. */
    private static final String TOMCAT_FORWARDED = "org.apache.tomcat.request.forwarded";

    private static final String JETTY_REQUEST = "org.eclipse.jetty.server.Request";
    private static final String JETTY_META_DATA = "org.eclipse.jetty.server.ConnectionMetaData";
    private static final String JETTY_CONNECTION = "org.eclipse.jetty.io.Connection";
    private static final String JETTY_END_POINT_WRAPPER = "org.eclipse.jetty.io.EndPoint$Wrapper";

    /** Jetty wraps a connection in it when a proxy has sent the address of its client (PROXY protocol). */
    private static final String JETTY_PROXIED = "org.eclipse.jetty.server.ProxyConnectionFactory$ProxyEndPoint";

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
        Object metaData = coreRequest.getMethod("getConnectionMetaData").invoke(received);
        Class<?> connectionMetaData = Class.forName(JETTY_META_DATA, false, jetty);
        Object connection = connectionMetaData.getMethod("getConnection").invoke(metaData);
        return isProxied(connection, jetty)
                ? null
                : connectionMetaData.getMethod("getRemoteSocketAddress").invoke(metaData);
    }

    private static boolean isProxied(Object connection, ClassLoader jetty) throws ReflectiveOperationException {
        Method unwrap = Class.forName(JETTY_END_POINT_WRAPPER, false, jetty).getMethod("unwrap");
        Object endPoint = Class.forName(JETTY_CONNECTION, false, jetty)
                .getMethod("getEndPoint")
                .invoke(connection);
        while (unwrap.getDeclaringClass().isInstance(endPoint)) {
            if (endPoint.getClass().getName().equals(JETTY_PROXIED)) {
                return true;
            }
            endPoint = unwrap.invoke(endPoint);
        }
        return false;
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
