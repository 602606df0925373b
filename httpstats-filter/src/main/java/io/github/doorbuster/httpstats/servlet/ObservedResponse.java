package io.github.doorbuster.httpstats.servlet;

import io.github.doorbuster.httpstats.Outcome;
import jakarta.servlet.UnavailableException;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The response that the client got, as far as a filter can observe it. It reads the status of the response at the end.
 * A response wrapper would see wrong statuses for redirects, after {@code reset()} and if a status is set after the
 * commit.
 */
record ObservedResponse(int status, Outcome outcome) {

    private static final int MAX_CAUSES = 8;

    /**
     * What Jetty and Tomcat throw when the connection is lost; by name, since applications may not see these classes.
     */
    private static final Set<String> CLIENT_GONE = Set.of(
            "org.eclipse.jetty.io.EofException",
            "org.eclipse.jetty.http.HttpEofException",
            "org.apache.catalina.connector.ClientAbortException");

    static ObservedResponse of(HttpServletResponse response, @Nullable Throwable failure) {
        if (failure == null) {
            return ofStatus(response);
        }
        if (response.isCommitted()) {
            return brokenOff(response);
        }
        if (isClientGone(failure)) {
            return new ObservedResponse(0, Outcome.ABORTED);
        }
        return new ObservedResponse(statusOf(failure), Outcome.COMPLETED);
    }

    /** {@return the response of an asynchronous request that is complete} */
    static ObservedResponse ofCompleted(HttpServletResponse response, boolean failed, boolean aborted) {
        if (aborted) {
            return response.isCommitted() ? brokenOff(response) : new ObservedResponse(0, Outcome.ABORTED);
        }
        ObservedResponse observed = ofStatus(response);
        boolean errorNotSet = failed && !response.isCommitted() && observed.status < HttpServletResponse.SC_BAD_REQUEST;
        return errorNotSet
                ? new ObservedResponse(HttpServletResponse.SC_INTERNAL_SERVER_ERROR, Outcome.COMPLETED)
                : observed;
    }

    private static ObservedResponse ofStatus(HttpServletResponse response) {
        return new ObservedResponse(response.getStatus(), outcomeOf(response));
    }

    /** {@return the outcome of a request that ended without an exception} */
    static Outcome outcomeOf(HttpServletResponse response) {
        return isStream(response) ? Outcome.STREAMED : Outcome.COMPLETED;
    }

    /** {@return a committed response that ended early} The client of a stream ends it by closing the connection. */
    private static ObservedResponse brokenOff(HttpServletResponse response) {
        return new ObservedResponse(response.getStatus(), isStream(response) ? Outcome.STREAMED : Outcome.ABORTED);
    }

    private static boolean isStream(HttpServletResponse response) {
        return Outcome.isStream(response.getStatus(), response.getContentType());
    }

    private static int statusOf(Throwable failure) {
        if (failure instanceof UnavailableException unavailable) {
            return unavailable.isPermanent()
                    ? HttpServletResponse.SC_NOT_FOUND
                    : HttpServletResponse.SC_SERVICE_UNAVAILABLE;
        }
        return HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
    }

    static boolean isClientGone(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++, cause = cause.getCause()) {
            for (Class<?> type = cause.getClass(); type != null; type = type.getSuperclass()) {
                if (CLIENT_GONE.contains(type.getName())) {
                    return true;
                }
            }
        }
        return false;
    }
}
