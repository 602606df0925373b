package io.github.doorbuster.demo.rush;

import java.net.URI;
import java.util.List;
import java.util.OptionalLong;

/** The shops that a rush compares, each with other parts of the kit. */
public interface Scenarios {

    /** {@return the scenarios, in the order of the report} */
    List<Scenario> scenarios();

    /**
     * A shop to run the sale in.
     *
     * @param name the parts of the kit, for the report
     */
    record Scenario(String name, ShopFactory factory) {}

    /** Starts a shop. */
    @FunctionalInterface
    interface ShopFactory {

        /** Starts the shop with the stock of the plan. */
        TargetShop start(SalePlan plan) throws Exception;
    }

    /** A running shop. Closing it stops it if the factory has started it. */
    interface TargetShop extends AutoCloseable {

        /** {@return the base URL of each of its nodes} */
        List<URI> nodes();

        /** {@return the most transactions seen waiting for row locks, if the database tells} */
        OptionalLong longestRowLockQueue();

        /** {@return whether others may use the shop meanwhile, so that it counts their views too} */
        default boolean hasOtherVisitors() {
            return false;
        }

        @Override
        void close();
    }
}
