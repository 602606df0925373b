package io.github.doorbuster.demo;

import io.github.doorbuster.demo.rush.SalePlan;
import io.github.doorbuster.demo.rush.Scenarios;
import java.net.URI;
import java.util.ArrayList;
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
        List<Scenario> all = List.of(
                new Scenario("no kit", plan -> start(plan, false, false)),
                new Scenario("lock", plan -> start(plan, true, false)),
                new Scenario("pool", plan -> start(plan, false, true)),
                new Scenario("lock + pool", plan -> start(plan, true, true)));
        List<String> names = all.stream().map(Scenario::name).toList();
        for (String chosen : options.scenarios) {
            if (!names.contains(chosen)) {
                throw OptionChecks.invalid("--scenarios", chosen, "must be some of " + names);
            }
        }
        return options.scenarios.isEmpty()
                ? all
                : all.stream()
                        .filter(scenario -> options.scenarios.contains(scenario.name()))
                        .toList();
    }

    private TargetShop start(SalePlan plan, boolean buylock, boolean pvpool) throws Exception {
        StartedShop shop = new StartedShop(new ArrayList<>());
        try {
            for (int i = 0; i < options.nodes; i++) {
                shop.servers.add(ShopServer.start(
                        new ShopSettings(0, options.servers, null, true, buylock, pvpool, null, CONNECTIONS)));
            }
            shop.servers.get(0).restock(plan.hotItem(), plan.stock());
        } catch (Exception e) {
            shop.close();
            throw e;
        }
        return shop;
    }

    private record StartedShop(List<ShopServer> servers) implements TargetShop {

        @Override
        public List<URI> nodes() {
            return servers.stream().map(ShopServer::uri).toList();
        }

        @Override
        public OptionalLong longestRowLockQueue() {
            return servers.get(0).databaseMonitor().longestRowLockQueue();
        }

        @Override
        public void close() {
            servers.forEach(ShopServer::close);
        }
    }

    private record RunningShop(URI uri) implements TargetShop {

        @Override
        public List<URI> nodes() {
            return List.of(uri);
        }

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
