package io.github.doorbuster.springboot;

import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The shop on a free port, with a memcached and a MariaDB. */
final class RunningShop implements AutoCloseable {

    private final HttpClient client = HttpClient.newHttpClient();
    private final MemcachedServer memcached = MemcachedServer.start();
    private final ConfigurableApplicationContext application;

    RunningShop() {
        MariaDbServer mariaDb = MariaDbServer.shared();
        application = SpringApplication.run(
                ShopApplication.class,
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off",
                "--shop.memcached=" + memcached.address(),
                "--shop.jdbc-url=" + mariaDb.jdbcUrl("spring_boot"),
                "--shop.jdbc-user=" + mariaDb.user(),
                "--shop.jdbc-password=" + mariaDb.password());
    }

    <T> T bean(Class<T> type) {
        return application.getBean(type);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String contentType, String body) throws IOException, InterruptedException {
        HttpRequest request = request(path)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        String port = application.getEnvironment().getRequiredProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    @Override
    public void close() {
        application.close();
        memcached.close();
    }
}
