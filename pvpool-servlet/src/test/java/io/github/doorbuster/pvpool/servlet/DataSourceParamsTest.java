package io.github.doorbuster.pvpool.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSourceParamsTest {

    private static DataSourceParams url(String url) {
        return new DataSourceParams("", "", url, "shop", "s3cret");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:mysql://10.0.0.5:3306/shop, jdbc:mysql://10.0.0.5:3306/shop",
        "jdbc:mysql://10.0.0.5/shop?useSSL=true, jdbc:mysql://10.0.0.5/shop",
        "jdbc:h2:mem:shop;MODE=MySQL, jdbc:h2:mem:shop"
    })
    void targetNamesDatabase(String url, String target) {
        assertThat(url(url).target()).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:mysql://shop:s3cret@10.0.0.5/shop",
                "jdbc:mysql://shop:s3?cret@10.0.0.5/shop",
                "jdbc:mysql://shop:s3;/cret@10.0.0.5/shop",
                "jdbc:mysql://address=(host=10.0.0.5)(user=shop)(password=s3cret)/shop",
                "jdbc:mysql://(host=10.0.0.5,user=shop,password=s3cret)/shop",
                "jdbc:mysql://10.0.0.5/shop?user=shop&password=s3cret",
                "jdbc:oracle:thin:shop/s3cret@10.0.0.5:1521:shop",
                "jdbc:h2:mem:shop;USER=sa;PASSWORD=s3cret"
            })
    void targetHidesPassword(String url) {
        assertThat(url(url).target()).startsWith("jdbc:").doesNotContain("s3", "cret", "shop:");
        assertThat(url(url)).asString().doesNotContain("s3", "cret");
    }

    @Test
    void dataSourceIsNamed() {
        assertThat(new DataSourceParams("java:comp/env/jdbc/shop", "", "", "", "").target())
                .isEqualTo("java:comp/env/jdbc/shop");
        assertThat(new DataSourceParams("", "shop", "", "", "").target()).isEqualTo("shop");
    }
}
