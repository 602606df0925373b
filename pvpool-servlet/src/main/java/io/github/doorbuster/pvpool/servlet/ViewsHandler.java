package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.StoreException;
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
    private static final int MAX_IDS_PER_GET = 1000;

    private final PvPool pool;
    private final ViewsReader reader;
    private final AsyncResponder responder;

    ViewsHandler(PvPool pool, HttpLimits limits) {
        this.pool = pool;
        this.reader = new ViewsReader(limits);
        this.responder = new AsyncResponder(limits);
    }

    @Override
    public void close() {
        responder.close();
    }

    void handle(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
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

    private void acceptViews(HttpServletRequest request, HttpServletResponse response)
            throws HttpException, IOException {
        Views views = reader.read(request);
        responder.send(request, response, pool.add(views).toCompletableFuture());
    }

    private void sendCounts(HttpServletRequest request, HttpServletResponse response)
            throws HttpException, IOException {
        Set<String> ids = CountsQuery.read(request, MAX_IDS_PER_GET);
        try {
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
