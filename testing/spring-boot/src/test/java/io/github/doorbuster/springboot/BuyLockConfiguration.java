package io.github.doorbuster.springboot;

import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import jakarta.servlet.DispatcherType;
import java.util.List;
import java.util.Map;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

@Configuration
class BuyLockConfiguration {

    @Bean
    FilterRegistrationBean<BuyLockFilter> buylock() {
        var bean = new FilterRegistrationBean<>(new BuyLockFilter());
        bean.setUrlPatterns(List.of("/buy"));
        bean.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
        bean.setInitParameters(Map.of("memcached", "10.0.0.5:11211"));
        bean.setOrder(Ordered.LOWEST_PRECEDENCE - 10); // behind authentication
        return bean;
    }
}
