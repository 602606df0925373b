package io.github.doorbuster.httpstats.servlet;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.InvocationTargetException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A request as the container received it. Frameworks replace the remote address by what a header says: Spring's
 * {@code ForwardedHeaderFilter} and Tomcat's {@code RemoteIpFilter} by a wrapper, Jetty's
 * {@code ForwardedRequestCustomizer} below the servlet API, Tomcat's {@code RemoteIpValve} in the request itself.
 */
final class ReceivedRequest {

    /** Tomcat's valve sets it when it overwrites the address; what the address was is then lost. */
    private static final String TOMCAT_FORWARDED = "org.apache.tomcat.request.forwarded";

    private static final String JETTY_REQUEST = "org.eclipse.jetty.server.Request";
    private static final String JETTY_CONNECTION = "org.eclipse.jetty.server.ConnectionMetaData";

    private ReceivedRequest() {}

    /** {@return the request inside all wrappers} */
    static HttpServletRequest innermost(HttpServletRequest request) {
        ServletRequest inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            inner = wrapper.getRequest();
        }
        return inner instanceof HttpServletRequest http ? http : request;
    }

    /** {@return the address of the other end of the connection, or null if that cannot be told any more} */
    static @Nullable String peer(HttpServletRequest innermost) {
        if (innermost.getAttribute(TOMCAT_FORWARDED) != null) {
            return null;
        }
        Class<?> type = innermost.getClass();
        return type.getName().startsWith("org.eclipse.jetty.") ? jettyPeer(innermost) : innermost.getRemoteAddr();
    }

    /** Applications may not see Jetty's classes, so this uses the names of public methods only. */
    private static @Nullable String jettyPeer(HttpServletRequest request) {
        try {
            ClassLoader jetty = request.getClass().getClassLoader();
            Class<?> coreRequest = Class.forName(JETTY_REQUEST, false, jetty);
            Object core = request.getClass().getMethod("getRequest").invoke(request);
            Object received = coreRequest.getMethod("unWrap", coreRequest).invoke(null, core);
            Object connection = coreRequest.getMethod("getConnectionMetaData").invoke(received);
            Object address = Class.forName(JETTY_CONNECTION, false, jetty)
                    .getMethod("getRemoteSocketAddress")
                    .invoke(connection);
            return hostOf((SocketAddress) address);
        } catch (ReflectiveOperationException | ClassCastException e) {
            if (e instanceof InvocationTargetException thrown && thrown.getCause() instanceof Error error) {
                throw error;
            }
            return null; // A version that this code does not know: only the token opens.
        }
    }

    private static @Nullable String hostOf(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : null;
    }
}
