package io.github.doorbuster.springboot;

import io.github.doorbuster.pvpool.servlet.PvPoolServlet;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration
class ViewsConfiguration {

    @Bean
    ServletContextInitializer viewsDataSource(DataSource dataSource) {
        return context -> context.setAttribute("shop", dataSource);
    }

    @Bean
    ServletRegistrationBean<PvPoolServlet> viewsServlet() {
        ServletRegistrationBean<PvPoolServlet> bean = new ServletRegistrationBean<>(new PvPoolServlet(), "/items/pvc");
        bean.setInitParameters(Map.of("dataSourceAttribute", "shop", "createTables", "true"));
        bean.setLoadOnStartup(1);
        return bean;
    }
}
