package com.example.shop;

import java.util.concurrent.Callable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
public class ShopController {

    private final JdbcTemplate jdbc;
    private final double purchaseSeconds;

    ShopController(JdbcTemplate jdbc, @Value("${shop.purchase-seconds:0.02}") double purchaseSeconds) {
        this.jdbc = jdbc;
        this.purchaseSeconds = purchaseSeconds;
    }

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
    @Transactional
    public String buy(@RequestParam("item_id") String item) {
        jdbc.queryForObject("SELECT SLEEP(?)", Integer.class, purchaseSeconds);
        return "bought " + item;
    }
}
