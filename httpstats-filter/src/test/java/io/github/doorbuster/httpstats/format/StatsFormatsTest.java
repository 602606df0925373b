package io.github.doorbuster.httpstats.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatsFormatsTest {

    private final StatsFormats formats = new StatsFormats();

    private StatsFormat accepting(String accept) {
        return formats.choose(null, accept);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "*/*",
                "",
                ",;q=,",
                "application/json",
                "image/png",
                "text/html;q=0, */*",
                "*/*, text/html;q=0.1",
                "text/html;q=0.2,application/json;q=0.9"
            })
    void jsonIsTheDefault(String accept) {
        assertThat(accepting(accept)).isInstanceOf(JsonFormat.class);
    }

    @Test
    void browsersGetHtml() {
        assertThat(accepting("text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"))
                .isInstanceOf(HtmlFormat.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.2,*/*;q=0.1 | application/openmetrics-text; version=1.0.0; charset=utf-8",
                "text/plain;version=0.0.4;q=0.5,*/*;q=0.1 | text/plain; version=0.0.4; charset=utf-8"
            })
    void prometheusGetsThePreferredFormat(String accept, String contentType) {
        assertThat(accepting(accept).contentType()).isEqualTo(contentType);
    }

    @Test
    void theNameOverridesTheHeader() {
        assertThat(formats.choose("json", "text/html")).isInstanceOf(JsonFormat.class);
    }

    @Test
    void worksWithoutThePrometheusClient() throws Exception {
        Class<?> isolated = new WithoutPrometheus().loadClass(StatsFormats.class.getName());
        var constructor = isolated.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object without = constructor.newInstance();
        Method choose = isolated.getDeclaredMethod("choose", String.class, String.class);
        choose.setAccessible(true);

        assertThatThrownBy(() -> choose.invoke(without, "prometheus", null))
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .cause()
                .hasMessageStartingWith("no such format; the formats are json, html, mackerel, mackerel-meta, hdr;")
                .hasMessageContaining("prometheus-metrics-exposition-textformats");
        assertThatThrownBy(() -> choose.invoke(without, null, "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"))
                .cause()
                .hasMessageContaining("prometheus-metrics-exposition-textformats");
        assertThat(choose.invoke(without, null, "*/*").toString()).contains("JsonFormat");
    }

    /** Loads the classes of this module again, and finds no class of the Prometheus client. */
    private static final class WithoutPrometheus extends ClassLoader {

        WithoutPrometheus() {
            super(StatsFormatsTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("io.prometheus.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("io.github.doorbuster.httpstats.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        @Override
        public InputStream getResourceAsStream(String name) {
            return getParent().getResourceAsStream(name);
        }
    }
}
