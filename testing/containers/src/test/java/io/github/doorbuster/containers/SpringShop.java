package io.github.doorbuster.containers;

import com.mysql.cj.jdbc.MysqlDataSource;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

/** A shop as others write it: it knows nothing of the kit but the configuration it imports. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(DoorbusterConfiguration.class)
@RestController
class SpringShop {

    @PostMapping("/buy")
    String buy(@RequestParam("item_id") String item) {
        return "bought " + item;
    }

    /** Answers on another thread, as reactive services do. */
    @PostMapping("/buy/later")
    DeferredResult<String> buyLater(@RequestParam("item_id") String item) {
        DeferredResult<String> result = new DeferredResult<>();
        new Thread(() -> result.setResult("bought " + item + " later"), "shop").start();
        return result;
    }

    @PostMapping("/fail")
    String fail() {
        throw new IllegalStateException("as planned");
    }

    @Bean
    DataSource dataSource(
            @Value("${shop.jdbc-url}") String url,
            @Value("${shop.jdbc-user}") String user,
            @Value("${shop.jdbc-password}") String password) {
        MysqlDataSource dataSource = new MysqlDataSource();
        dataSource.setUrl(url);
        dataSource.setUser(user);
        dataSource.setPassword(password);
        return dataSource;
    }
}
