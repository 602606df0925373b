package io.github.doorbuster.containers;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.servlet.HttpStatsFilter;
import io.github.doorbuster.httpstats.servlet.StatsServlet;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.servlet.PvPoolServlet;
import jakarta.servlet.DispatcherType;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/** The Tomcat code in the documentation. {@link TomcatCodeIT} runs it. */
final class TomcatCode {

    private TomcatCode() {}

    static void httpstats(HttpStats stats, Context context) {
        FilterDef filter = new FilterDef();
        filter.setFilterName("httpstats");
        filter.setFilter(new HttpStatsFilter(stats));
        filter.setAsyncSupported("true");
        context.addFilterDef(filter);

        FilterMap map = new FilterMap();
        map.setFilterName("httpstats");
        map.addURLPattern("/*");
        for (DispatcherType type : DispatcherType.values()) {
            map.setDispatcher(type.name());
        }
        context.addFilterMapBefore(map);

        Tomcat.addServlet(context, "stats", new StatsServlet(stats));
        context.addServletMappingDecoded("/stats", "stats");
    }

    static void buylock(BuyLock lock, Context context) {
        FilterDef buylock = new FilterDef();
        buylock.setFilterName("buylock");
        buylock.setFilter(new BuyLockFilter(lock));
        buylock.setAsyncSupported("true");
        context.addFilterDef(buylock);

        FilterMap purchases = new FilterMap();
        purchases.setFilterName("buylock");
        purchases.addURLPattern("/buy");
        for (DispatcherType type : DispatcherType.values()) {
            purchases.setDispatcher(type.name());
        }
        context.addFilterMap(purchases);
    }

    static void pvpool(PvPool pool, Context context) {
        Wrapper views = Tomcat.addServlet(context, "pvpool", new PvPoolServlet(pool));
        views.setAsyncSupported(true);
        context.addServletMappingDecoded("/items/pvc", "pvpool");
    }
}
