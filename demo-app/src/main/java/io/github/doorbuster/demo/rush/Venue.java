package io.github.doorbuster.demo.rush;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Where sales take place: each time in a fresh shop, with other parts of the kit in front. */
public interface Venue {

    /**
     * The settings to compare, in this order.
     *
     * @return a shop to open for each sale
     */
    List<Setting> settings();

    /**
     * A shop that can be opened.
     *
     * @param name what is in front of it, for people
     * @param opener opens it
     */
    record Setting(String name, Opener opener) {}

    /** Opens a shop. */
    @FunctionalInterface
    interface Opener {

        /**
         * Opens the shop with the plan's stock of the hot item.
         *
         * @param plan what sale is to come
         * @return the open shop
         * @throws Exception if it cannot be opened
         */
        OpenShop open(SalePlan plan) throws Exception;
    }

    /** A shop that is open; closing it ends it, if it was opened for the sale. */
    interface OpenShop extends AutoCloseable {

        /**
         * Where it listens.
         *
         * @return its base
         */
        URI uri();

        /**
         * Its database, if one may look into it.
         *
         * @return connections to it
         */
        Optional<DataSource> database();

        @Override
        void close();
    }
}
