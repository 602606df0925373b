package io.github.doorbuster.springboot;

import io.github.doorbuster.testing.HttpTestClient;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import java.net.URI;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The shop on a free port, with memcached and MariaDB. */
final class RunningShop implements AutoCloseable {

    private final MemcachedServer memcached = MemcachedServer.start();
    private final ConfigurableApplicationContext application;

    RunningShop() {
        MariaDbServer mariaDb = MariaDbServer.shared();
        application = SpringApplication.run(
                ShopApplication.class,
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--server.tomcat.basedir=target/tomcat", // Tomcat does not remove a temporary one
                "--spring.main.banner-mode=off",
                "--shop.memcached=" + memcached.address(),
                "--shop.jdbc-url=" + mariaDb.jdbcUrl("spring_boot"),
                "--shop.jdbc-user=" + mariaDb.user(),
                "--shop.jdbc-password=" + mariaDb.password());
    }

    <T> T bean(Class<T> type) {
        return application.getBean(type);
    }

    HttpTestClient client() {
        String port = application.getEnvironment().getRequiredProperty("local.server.port");
        return new HttpTestClient(URI.create("http://127.0.0.1:" + port));
    }

    @Override
    public void close() {
        application.close();
        memcached.close();
    }
}
