package io.github.doorbuster.springboot;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.pvpool.servlet.PvPoolServlet;
import javax.sql.DataSource;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration
class ViewsConfiguration {

    @Bean
    PvPool views(DataSource dataSource) { // a bean that takes the DataSource is closed before it
        JdbcConfig tables = JdbcConfig.builder().createTables(true).build();
        return PvPool.builder().store(new JdbcPvStore(dataSource, tables)).build();
    }

    @Bean
    ServletRegistrationBean<PvPoolServlet> viewsServlet(PvPool views) {
        ServletRegistrationBean<PvPoolServlet> bean =
                new ServletRegistrationBean<>(new PvPoolServlet(views), "/items/pvc");
        bean.setLoadOnStartup(1);
        return bean;
    }
}
