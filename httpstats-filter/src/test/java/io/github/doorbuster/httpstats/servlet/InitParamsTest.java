package io.github.doorbuster.httpstats.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.servlet.ServletException;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the sources that the build copies into each part. */
class InitParamsTest {

    private enum Mode {
        FAST,
        SAFE
    }

    private record Example(
            int size,
            long bytes,
            boolean on,
            Mode mode,
            String password,
            @Nullable Integer limit) {

        static final Example DEFAULTS = new Example(7, 8, false, Mode.FAST, "", null);

        Example {
            Settings.requireRange("size", size, 1, 10, "it is a small example");
        }

        @Override
        public String toString() {
            return Settings.describe(this, "password");
        }
    }

    @Test
    void unsetKeysKeepTheirDefaults() throws ServletException {
        assertThat(params(Map.of()).bind(Example.DEFAULTS)).isEqualTo(Example.DEFAULTS);
    }

    @Test
    void bindsEveryTypeByComponentName() throws ServletException {
        Map<String, String> all = Map.of(
                "size", "9", "bytes", "5000000000", "on", "true", "mode", "SAFE", "password", "hush", "limit", "3");
        assertThat(params(all).bind(Example.DEFAULTS))
                .isEqualTo(new Example(9, 5_000_000_000L, true, Mode.SAFE, "hush", 3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "size  | 1.5   | init-param size=1.5: must be a whole number",
                "size  | ''    | init-param size=: must be a whole number",
                "size  | 11    | init-param size=11: must be between 1 and 10; it is a small example",
                "on    | maybe | init-param on=maybe: must be true or false",
                "mode  | slow  | init-param mode=slow: must be one of [FAST, SAFE]",
                "limit | many  | init-param limit=many: must be a whole number"
            })
    void rejectsInvalidValues(String key, String value, String message) {
        assertThatExceptionOfType(ServletException.class)
                .isThrownBy(() -> params(Map.of(key, value)).bind(Example.DEFAULTS))
                .withMessage(message);
    }

    @Test
    void rejectsUnknownKeysWithoutTheirValues() throws ServletException {
        InitParams params = params(Map.of("pasword", "hush", "size", "3"));
        params.bind(Example.DEFAULTS);
        assertThatExceptionOfType(ServletException.class)
                .isThrownBy(params::rejectUnknown)
                .withMessage("init-param pasword: no such key; the keys are bytes, limit, mode, on, password, size");
    }

    @Test
    void hidesSecrets() {
        assertThat(new Example(1, 2, true, Mode.SAFE, "hush", null))
                .hasToString("Example[size=1, bytes=2, on=true, mode=SAFE, password=***, limit=null]");
        assertThat(Example.DEFAULTS).asString().contains("password=,");
    }

    @Test
    void excerptsAreShortAndPrintable() {
        assertThat(Excerpt.of("a\u0000é")).isEqualTo("a??");
        assertThat(Excerpt.of("x".repeat(41))).isEqualTo("x".repeat(40) + "... (41 characters)");
    }

    private static InitParams params(Map<String, String> params) {
        return new InitParams(Collections.enumeration(params.keySet()), params::get);
    }
}
