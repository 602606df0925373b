package io.github.doorbuster.springboot;

import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import jakarta.servlet.DispatcherType;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

@Configuration
class BuyLockConfiguration {

    @Bean
    FilterRegistrationBean<BuyLockFilter> buyLockFilter(@Value("${shop.memcached}") String memcached) {
        FilterRegistrationBean<BuyLockFilter> bean = new FilterRegistrationBean<>(new BuyLockFilter());
        bean.setInitParameters(Map.of("memcached", memcached));
        bean.addUrlPatterns("/buy", "/buy/later");
        bean.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
        bean.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        return bean;
    }
}
