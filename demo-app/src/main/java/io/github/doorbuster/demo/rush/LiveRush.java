package io.github.doorbuster.demo.rush;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs sales in the shop of this process while it serves others, one at a time. Thread-safe. */
public final class LiveRush implements AutoCloseable {

    private static final Logger LOG = System.getLogger(LiveRush.class.getName());
    private static final long CLOSE_MILLIS = 5_000;

    /**
     * The life cycle: {@code IDLE -> RUNNING -> (STOPPING ->) FINISHED or FAILED -> RUNNING ...}, or {@code CLOSED}.
     */
    public enum State {
        /** No sale has run. */
        IDLE,
        /** A sale runs. */
        RUNNING,
        /** The users finish their last requests. */
        STOPPING,
        /** The last sale has a result. */
        FINISHED,
        /** The last sale ended with an error. */
        FAILED,
        /** The shop closes. */
        CLOSED
    }

    /** The shop, from the inside: what its users cannot do. */
    public interface Preparation {

        /** Sets the stock of the plan, if it has one, and forgets the longest row-lock queue. */
        void prepare(SalePlan plan) throws Exception;

        /** {@return the most transactions seen waiting for row locks since then, if the database tells} */
        OptionalLong longestRowLockQueue();
    }

    /**
     * What the console shows of the last sale.
     *
     * @param plan null before the first sale
     * @param progress null until the users start
     * @param result null until the sale has finished
     * @param error why the sale failed, or null
     */
    public record Snapshot(
            State state,
            @Nullable SalePlan plan,
            @Nullable SaleProgress progress,
            @Nullable SaleSummary result,
            @Nullable String error) {}

    private final Supplier<URI> shop;
    private final Preparation preparation;

    @GuardedBy("this")
    private State state = State.IDLE;

    @GuardedBy("this")
    private @Nullable SalePlan plan;

    @GuardedBy("this")
    private @Nullable Sale sale;

    @GuardedBy("this")
    private @Nullable SaleProgress last;

    @GuardedBy("this")
    private @Nullable SaleSummary result;

    @GuardedBy("this")
    private @Nullable String error;

    @GuardedBy("this")
    private @Nullable Thread runner;

    /**
     * Creates an idle rush.
     *
     * @param shop returns the base URL of the shop of this process
     */
    public LiveRush(Supplier<URI> shop, Preparation preparation) {
        this.shop = shop;
        this.preparation = preparation;
    }

    /** Starts a sale; returns whether it did, which it does not while another one runs or after {@link #close}. */
    public synchronized boolean start(SalePlan next) {
        if (state == State.RUNNING || state == State.STOPPING || state == State.CLOSED) {
            return false;
        }
        state = State.RUNNING;
        plan = next;
        sale = null;
        last = null;
        result = null;
        error = null;
        Thread thread = new Thread(() -> run(next), "rush");
        thread.setDaemon(true);
        thread.start();
        runner = thread;
        return true;
    }

    private void run(SalePlan next) {
        try {
            preparation.prepare(next);
            Sale opened = Sale.open(next, new ShopClient(List.of(shop.get())), 0);
            if (opened(opened)) {
                finished(opened.run("rush", true, preparation::longestRowLockQueue, seen -> {}), opened.progress());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed("the shop closes");
        } catch (Exception e) {
            LOG.log(Level.WARNING, "the rush failed", e);
            failed(String.valueOf(e.getMessage()));
        }
    }

    private synchronized boolean opened(Sale opened) {
        sale = opened;
        if (state == State.STOPPING) {
            opened.stop();
        }
        return state != State.CLOSED;
    }

    private synchronized void finished(SaleResult outcome, SaleProgress progress) {
        if (state != State.CLOSED) {
            state = State.FINISHED;
            result = SaleSummary.of(outcome);
            last = progress;
            sale = null;
        }
    }

    private synchronized void failed(String reason) {
        if (state != State.CLOSED) {
            state = State.FAILED;
            error = reason;
            sale = null;
        }
    }

    /** Ends a running sale early; its users finish the request that they are sending. Does nothing if none runs. */
    public synchronized void stop() {
        if (state == State.RUNNING) {
            state = State.STOPPING;
            if (sale != null) {
                sale.stop();
            }
        }
    }

    /** {@return the state of the last sale} */
    public synchronized Snapshot snapshot() {
        return new Snapshot(state, plan, sale == null ? last : sale.progress(), result, error);
    }

    /** Ends a running sale at once, and waits for its end. No sale starts afterwards. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            state = State.CLOSED;
            running = runner;
        }
        if (running == null) {
            return;
        }
        running.interrupt();
        try {
            running.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
