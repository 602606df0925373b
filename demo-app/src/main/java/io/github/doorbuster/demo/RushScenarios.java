package io.github.doorbuster.demo;

import io.github.doorbuster.demo.rush.SalePlan;
import io.github.doorbuster.demo.rush.Scenarios;
import java.net.URI;
import java.util.List;
import java.util.OptionalLong;

/** The shops that a rush compares: started in this process, one after the other, or one that is running already. */
final class RushScenarios implements Scenarios {

    /** A connection pool of a usual size, which is smaller than the crowd. */
    private static final int CONNECTIONS = 20;

    private final RushOptions options;

    RushScenarios(RushOptions options) {
        this.options = options;
    }

    @Override
    public List<Scenario> scenarios() {
        URI url = options.url;
        if (url != null) {
            return List.of(new Scenario("as given", plan -> new RunningShop(url)));
        }
        return List.of(
                new Scenario("no kit", plan -> start(plan, false, false)),
                new Scenario("lock", plan -> start(plan, true, false)),
                new Scenario("pool", plan -> start(plan, false, true)),
                new Scenario("lock + pool", plan -> start(plan, true, true)));
    }

    private TargetShop start(SalePlan plan, boolean buylock, boolean pvpool) throws Exception {
        ShopServer server =
                ShopServer.start(new ShopSettings(0, options.servers, null, true, buylock, pvpool, null, CONNECTIONS));
        try {
            server.restock(plan.hotItem(), plan.stock());
        } catch (Exception e) {
            server.close();
            throw e;
        }
        return new StartedShop(server);
    }

    private record StartedShop(ShopServer server) implements TargetShop {

        @Override
        public URI uri() {
            return server.uri();
        }

        @Override
        public OptionalLong longestRowLockQueue() {
            return server.databaseMonitor().longestRowLockQueue();
        }

        @Override
        public void close() {
            server.close();
        }
    }

    private record RunningShop(URI uri) implements TargetShop {

        @Override
        public OptionalLong longestRowLockQueue() {
            return OptionalLong.empty();
        }

        @Override
        public boolean hasOtherVisitors() {
            return true;
        }

        @Override
        public void close() {}
    }
}
