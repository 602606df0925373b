package io.github.doorbuster.demo;

import io.github.doorbuster.demo.rush.SalePlan;
import io.github.doorbuster.demo.rush.Venue;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Opens the shops of a rush: in this process, one after the other, or one that runs already. */
final class RushVenue implements Venue {

    private final RushOptions options;

    RushVenue(RushOptions options) {
        this.options = options;
    }

    @Override
    public List<Setting> settings() {
        URI url = options.url;
        if (url != null) {
            return List.of(new Setting("as given", plan -> new Elsewhere(url)));
        }
        return List.of(
                new Setting("no kit", plan -> open(plan, false, false)),
                new Setting("lock", plan -> open(plan, true, false)),
                new Setting("pool", plan -> open(plan, false, true)),
                new Setting("lock + pool", plan -> open(plan, true, true)));
    }

    private OpenShop open(SalePlan plan, boolean buylock, boolean pvpool) throws Exception {
        ShopServer server =
                ShopServer.start(new ShopSettings(0, options.servers, null, true, buylock, pvpool, plan.buyers() + 1));
        try {
            server.catalog().restock(plan.hotItem(), plan.stock());
        } catch (Exception e) {
            server.close();
            throw e;
        }
        return new Here(server);
    }

    private record Here(ShopServer server) implements OpenShop {

        @Override
        public URI uri() {
            return server.uri();
        }

        @Override
        public Optional<DataSource> database() {
            return Optional.of(server.database().purchases());
        }

        @Override
        public void close() {
            server.close();
        }
    }

    private record Elsewhere(URI uri) implements OpenShop {

        @Override
        public Optional<DataSource> database() {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }
}
