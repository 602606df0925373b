package io.github.doorbuster.springboot;

import com.zaxxer.hikari.HikariDataSource;
import java.util.concurrent.Callable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** A small shop that knows the kit only through the configurations of the documentation. */
@EnableAutoConfiguration
@RestController
@Import({StatsConfiguration.class, BuyLockConfiguration.class, ViewsConfiguration.class})
class ShopApplication {

    @GetMapping("/items/{id}")
    String item(@PathVariable("id") int id) {
        if (id > 100) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        return "item " + id;
    }

    @GetMapping("/later/{id}")
    Callable<String> later(@PathVariable("id") int id) {
        return () -> "item " + id;
    }

    @GetMapping("/broken")
    String broken() {
        throw new IllegalStateException("expected");
    }

    @PostMapping("/buy")
    Callable<String> buy(@RequestParam("item_id") String item) {
        return () -> "bought " + item;
    }

    /** Replaces the address in the documentation. */
    @Bean
    static BeanPostProcessor memcachedOfTheTest(@Value("${shop.memcached}") String address) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessBeforeInitialization(Object bean, String name) {
                if (name.equals("buylock")) {
                    ((FilterRegistrationBean<?>) bean).addInitParameter("memcached", address);
                }
                return bean;
            }
        };
    }

    @Bean
    HikariDataSource dataSource(
            @Value("${shop.jdbc-url}") String url,
            @Value("${shop.jdbc-user}") String user,
            @Value("${shop.jdbc-password}") String password) {
        HikariDataSource dataSource = new HikariDataSource();
        dataSource.setJdbcUrl(url);
        dataSource.setUsername(user);
        dataSource.setPassword(password);
        return dataSource;
    }
}
