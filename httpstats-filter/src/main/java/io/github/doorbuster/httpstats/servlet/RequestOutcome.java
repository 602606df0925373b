package io.github.doorbuster.httpstats.servlet;

import io.github.doorbuster.httpstats.Outcome;
import jakarta.servlet.UnavailableException;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the client got, as far as a filter can tell without wrapping the response. Wrappers come to wrong results with
 * redirects, {@code reset()} and statuses set after the commit; the response's own status, read at the end, does not.
 */
record RequestOutcome(int status, Outcome outcome) {

    private static final int MAX_CAUSES = 8;

    /** How Jetty and Tomcat say that the connection broke; a web application may not see their classes. */
    private static final Set<String> CLIENT_IS_GONE = Set.of(
            "org.eclipse.jetty.io.EofException",
            "org.eclipse.jetty.http.HttpEofException",
            "org.apache.catalina.connector.ClientAbortException");

    static RequestOutcome of(HttpServletResponse response, @Nullable Throwable failure) {
        if (failure == null) {
            return answered(response);
        }
        if (response.isCommitted()) {
            return new RequestOutcome(response.getStatus(), Outcome.ABORTED);
        }
        if (clientIsGone(failure)) {
            return new RequestOutcome(0, Outcome.ABORTED);
        }
        return new RequestOutcome(statusOf(failure), Outcome.ANSWERED);
    }

    /** For a request whose response is final. */
    static RequestOutcome ofCompleted(HttpServletResponse response, boolean failed, boolean aborted) {
        if (aborted) {
            return new RequestOutcome(response.isCommitted() ? response.getStatus() : 0, Outcome.ABORTED);
        }
        RequestOutcome outcome = answered(response);
        boolean asIfNothing = failed && !response.isCommitted() && outcome.status < HttpServletResponse.SC_BAD_REQUEST;
        return asIfNothing
                ? new RequestOutcome(HttpServletResponse.SC_INTERNAL_SERVER_ERROR, Outcome.ANSWERED)
                : outcome;
    }

    private static RequestOutcome answered(HttpServletResponse response) {
        int status = response.getStatus();
        String type = response.getContentType();
        boolean stream = status == HttpServletResponse.SC_SWITCHING_PROTOCOLS
                || (type != null && type.startsWith("text/event-stream"));
        return new RequestOutcome(status, stream ? Outcome.STREAMED : Outcome.ANSWERED);
    }

    private static int statusOf(Throwable failure) {
        if (failure instanceof UnavailableException unavailable) {
            return unavailable.isPermanent()
                    ? HttpServletResponse.SC_NOT_FOUND
                    : HttpServletResponse.SC_SERVICE_UNAVAILABLE;
        }
        return HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
    }

    static boolean clientIsGone(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++, cause = cause.getCause()) {
            for (Class<?> type = cause.getClass(); type != null; type = type.getSuperclass()) {
                if (CLIENT_IS_GONE.contains(type.getName())) {
                    return true;
                }
            }
        }
        return false;
    }
}
