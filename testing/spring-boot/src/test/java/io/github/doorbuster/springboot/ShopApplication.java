package io.github.doorbuster.springboot;

import java.util.concurrent.Callable;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** A small shop with a page for each item. */
@EnableAutoConfiguration
@RestController
@Import(StatsConfiguration.class)
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
        throw new IllegalStateException("as planned");
    }
}
