package io.github.doorbuster.containers;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/** A purchase that takes 20 ms. Its class is copied into the WAR. */
public final class PurchaseServlet extends HttpServlet {

    private static final long serialVersionUID = 1;
    private static final long PURCHASE_NANOS = 20_000_000;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        for (long end = System.nanoTime() + PURCHASE_NANOS; System.nanoTime() < end; ) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        response.getWriter().print("bought " + request.getParameter("item_id"));
    }
}
