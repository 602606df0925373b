package io.github.doorbuster.httpstats.jetty;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.StatsAccess;
import io.github.doorbuster.httpstats.format.SectionReader;
import io.github.doorbuster.httpstats.format.StatsFormat;
import io.github.doorbuster.httpstats.format.StatsFormats;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers {@code /stats} on a Jetty 12 server without servlets. It handles its own path only, so that it can stand in
 * front of the application:
 *
 * <pre>{@code
 * Handler answers = new Handler.Sequence(new StatsHandler(stats, "/stats", StatsAccess.of(null, null)), application);
 * server.setHandler(new HttpStatsHandler(stats, List.of("/items/*", "/buy"), answers));
 * }</pre>
 */
public final class StatsHandler extends Handler.Abstract {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String METHODS = "GET, HEAD";

    private final HttpStats stats;
    private final String path;
    private final StatsAccess access;
    private final Map<String, Supplier<?>> sections;
    private final StatsFormats formats = new StatsFormats();
    private final SectionReader reader = new SectionReader();

    /**
     * Creates a handler without sections.
     *
     * @param path the path within the context
     * @param access who may read
     */
    public StatsHandler(HttpStats stats, String path, StatsAccess access) {
        this(stats, path, access, Map.of());
    }

    /**
     * Creates a handler.
     *
     * @param path the path within the context
     * @param access who may read
     * @param sections what supplies the sections of other parts, by name
     */
    public StatsHandler(HttpStats stats, String path, StatsAccess access, Map<String, Supplier<?>> sections) {
        this.stats = Objects.requireNonNull(stats);
        this.path = Objects.requireNonNull(path);
        this.access = Objects.requireNonNull(access);
        this.sections = Map.copyOf(sections);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!Request.getPathInContext(request).equals(path)) {
            return false;
        }
        request.setAttribute(HttpStats.EXCLUDE_ATTRIBUTE, true);
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        headers.put("X-Content-Type-Options", "nosniff");
        Request received = Request.unWrap(request);
        Optional<StatsAccess.Denial> denial = access.denial(
                peer(received),
                received.getHeaders().getFieldNamesCollection(),
                received.getHeaders().get(HttpHeader.AUTHORIZATION));
        if (denial.isPresent()) {
            if (denial.get().status() == HttpStatus.UNAUTHORIZED_401) {
                headers.put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
            }
            sendError(response, callback, denial.get().status(), denial.get().reason());
        } else if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
            headers.put(HttpHeader.ALLOW, METHODS);
            sendError(
                    response,
                    callback,
                    HttpStatus.METHOD_NOT_ALLOWED_405,
                    "this method is not allowed; use " + METHODS);
        } else {
            show(request, response, callback);
        }
        return true;
    }

    private static @Nullable String peer(Request received) {
        if (isProxied(received.getConnectionMetaData().getConnection().getEndPoint())) {
            return null;
        }
        SocketAddress address = received.getConnectionMetaData().getRemoteSocketAddress();
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : null;
    }

    /** {@return whether the address is one that a proxy has sent (PROXY protocol)} */
    private static boolean isProxied(EndPoint connected) {
        EndPoint endPoint = connected;
        while (endPoint instanceof EndPoint.Wrapper wrapper) {
            if (endPoint instanceof ProxyConnectionFactory.ProxyEndPoint) {
                return true;
            }
            endPoint = wrapper.unwrap();
        }
        return false;
    }

    private void show(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.VARY, "Accept");
        String name;
        try {
            name = Request.extractQueryParameters(request).getValue("format");
        } catch (RuntimeException e) {
            sendError(
                    response,
                    callback,
                    HttpStatus.BAD_REQUEST_400,
                    "the query cannot be parsed; the only parameter is format=<name>");
            return;
        }
        StatsFormat format;
        try {
            format = formats.choose(name, request.getHeaders().get(HttpHeader.ACCEPT));
        } catch (IllegalArgumentException e) {
            int status = name == null ? HttpStatus.NOT_ACCEPTABLE_406 : HttpStatus.BAD_REQUEST_400;
            sendError(response, callback, status, e.getMessage());
            return;
        }
        byte[] body = format.render(stats.snapshot(), reader.read(sections));
        format.headers().forEach(response.getHeaders()::put);
        send(response, callback, HttpStatus.OK_200, format.contentType(), body);
    }

    private static void sendError(Response response, Callback callback, int status, @Nullable String text) {
        byte[] body =
                MAPPER.writeValueAsString(Map.of("error", String.valueOf(text))).getBytes(StandardCharsets.UTF_8);
        send(response, callback, status, "application/json; charset=utf-8", body);
    }

    private static void send(Response response, Callback callback, int status, String type, byte[] body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    @Override
    protected void doStop() throws Exception {
        reader.close();
        super.doStop();
    }
}
