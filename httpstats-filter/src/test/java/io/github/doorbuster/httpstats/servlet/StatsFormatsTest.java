package io.github.doorbuster.httpstats.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.format.HtmlPage;
import io.github.doorbuster.httpstats.format.JsonFormat;
import io.github.doorbuster.httpstats.format.StatsFormat;
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
        return formats.choose(null, accept).format();
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
    void whoeverAsksForJsonOrAnythingGetsJson(String accept) {
        assertThat(accepting(accept)).isInstanceOf(JsonFormat.class);
    }

    @Test
    void aBrowserGetsThePage() {
        assertThat(accepting("text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"))
                .isInstanceOf(HtmlPage.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.2,*/*;q=0.1 | application/openmetrics-text; version=1.0.0; charset=utf-8",
                "text/plain;version=0.0.4;q=0.5,*/*;q=0.1 | text/plain; version=0.0.4; charset=utf-8"
            })
    void prometheusGetsWhatItLikesBest(String accept, String contentType) {
        assertThat(accepting(accept).contentType()).isEqualTo(contentType);
    }

    @Test
    void theParameterGoesBeforeTheHeader() {
        assertThat(formats.choose("json", "text/html").format()).isInstanceOf(JsonFormat.class);
    }

    @Test
    void withoutThePrometheusClientTheOthersWorkAndTheErrorSaysWhatIsMissing() throws Exception {
        Class<?> isolated = new WithoutPrometheus().loadClass(StatsFormats.class.getName());
        var constructor = isolated.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object without = constructor.newInstance();
        Method choose = isolated.getDeclaredMethod("choose", String.class, String.class);
        choose.setAccessible(true);

        assertThat(choose.invoke(without, "prometheus", null).toString())
                .contains(
                        "format=prometheus: no such format; the formats are json, html, mackerel, mackerel-meta, hdr;")
                .contains("prometheus-metrics-exposition-textformats");
        assertThat(choose.invoke(without, null, "text/plain").toString()).contains("JsonFormat");
    }

    /** Loads this module anew, and finds no class of the Prometheus client. */
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
