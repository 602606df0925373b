package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import io.github.doorbuster.pvpool.StoreException;
import io.github.doorbuster.pvpool.TopItems;
import io.github.doorbuster.pvpool.Views;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Handles the requests of a servlet. */
final class ViewsHandler implements AutoCloseable {

    private static final Logger LOG = System.getLogger(PvPoolServlet.class.getName());
    private static final String METHODS = "GET, HEAD, OPTIONS, POST";
    private static final String METHODS_OF_TOP = "GET, HEAD, OPTIONS";
    private static final int MAX_IDS_PER_GET = 1000;
    private static final int SC_TOO_MANY_REQUESTS = 429;

    private final PvPool pool;
    private final TopPath topPath;
    private final AllowedOrigins origins;
    private final ClientAddress addresses;
    private final String clientHeader;
    private final ClientQuota quota;
    private final ViewsReader reader;
    private final AsyncResponder responder;

    ViewsHandler(PvPool pool, TopPath topPath, HttpLimits limits, ClientLimits clients) {
        this.pool = pool;
        this.topPath = topPath;
        this.origins = AllowedOrigins.parse(clients.allowedOrigins());
        this.addresses = ClientAddress.behind(clients.trustedProxies());
        this.clientHeader = clients.clientHeader();
        this.quota = new ClientQuota(clients, System::nanoTime);
        this.reader = new ViewsReader(limits, pool.config().allowNegative());
        this.responder = new AsyncResponder(limits);
    }

    @Override
    public void close() {
        responder.close();
    }

    void handle(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            if (topPath.matches(request)) {
                handleTop(request, response);
                return;
            }
            switch (request.getMethod()) {
                case "POST" -> acceptViews(request, response);
                case "GET", "HEAD" -> sendCounts(request, response);
                case "OPTIONS" -> {
                    response.setHeader("Allow", METHODS);
                    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
                }
                default -> {
                    response.setHeader("Allow", METHODS);
                    throw new HttpException(
                            HttpServletResponse.SC_METHOD_NOT_ALLOWED,
                            "POST sends views and GET reads counts; allowed are " + METHODS);
                }
            }
        } catch (HttpException e) {
            ViewsReader.drain(request);
            JsonResponses.sendError(response, e);
        }
    }

    private void handleTop(HttpServletRequest request, HttpServletResponse response) throws HttpException, IOException {
        switch (request.getMethod()) {
            case "GET", "HEAD" -> sendTop(request, response);
            case "OPTIONS" -> {
                response.setHeader("Allow", METHODS_OF_TOP);
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            }
            default -> {
                response.setHeader("Allow", METHODS_OF_TOP);
                throw new HttpException(
                        HttpServletResponse.SC_METHOD_NOT_ALLOWED,
                        "GET reads the items with the most views; allowed are " + METHODS_OF_TOP);
            }
        }
    }

    private void sendTop(HttpServletRequest request, HttpServletResponse response) throws HttpException, IOException {
        TopQuery query = TopQuery.of(request);
        try {
            TopItems top = pool.top(query.window(), query.count());
            JsonResponses.send(response, HttpServletResponse.SC_OK, TopQuery.answer(top));
        } catch (IllegalArgumentException e) {
            throw HttpException.badRequest(String.valueOf(e.getMessage()));
        } catch (StoreException e) {
            LOG.log(Level.DEBUG, "cannot read counts", e);
            responder.sendUnavailable(response, "the counts cannot be read now; views are still accepted");
        }
    }

    private void acceptViews(HttpServletRequest request, HttpServletResponse response)
            throws HttpException, IOException {
        String origin = request.getHeader("Origin");
        if (!origins.allow(origin)) {
            pool.countRejected(Reason.ORIGIN_NOT_ALLOWED);
            throw new HttpException(
                    HttpServletResponse.SC_FORBIDDEN,
                    "Origin: %s is not one of allowedOrigins; views are posted from pages of this site"
                            .formatted(Excerpt.of(origin)));
        }
        Views views = reader.read(request);
        if (quota.isOn()) {
            takeFromQuota(request, response, views.size());
        }
        responder.send(request, response, pool.add(views).toCompletableFuture());
    }

    private void takeFromQuota(HttpServletRequest request, HttpServletResponse response, int ids) throws HttpException {
        long seconds = quota.take(addresses.of(request.getRemoteAddr(), request.getHeaders(clientHeader)), ids);
        if (seconds > 0) {
            pool.countRejected(Reason.CLIENT_LIMIT);
            response.setHeader("Retry-After", Long.toString(seconds));
            throw new HttpException(
                    SC_TOO_MANY_REQUESTS,
                    "this client has posted more ids than perClient allows within a minute; send the views again later");
        }
    }

    private void sendCounts(HttpServletRequest request, HttpServletResponse response)
            throws HttpException, IOException {
        Set<String> ids = CountsQuery.read(request, MAX_IDS_PER_GET);
        TimeQuery time = TimeQuery.of(request);
        try {
            if (time != null) {
                JsonResponses.send(response, HttpServletResponse.SC_OK, time.ask(pool, ids));
                return;
            }
            Map<String, Long> counts = pool.counts(ids);
            Map<String, Long> inOrder = new LinkedHashMap<>();
            ids.forEach(id -> inOrder.put(id, counts.get(id)));
            JsonResponses.send(response, HttpServletResponse.SC_OK, Map.of("pvc", inOrder));
        } catch (StoreException e) {
            LOG.log(Level.DEBUG, "cannot read counts", e);
            responder.sendUnavailable(response, "the counts cannot be read now; views are still accepted");
        }
    }
}
