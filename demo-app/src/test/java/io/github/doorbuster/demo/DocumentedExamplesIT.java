package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.Markdown;
import io.github.doorbuster.testing.Markdown.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The demo answers as in the examples of the documentation. */
class DocumentedExamplesIT {

    /** A key that stands for keys that an example omits. */
    private static final String OMITTED = "...";

    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:8080(/[^'\"\\s]*)");
    private static final Pattern FIELD = Pattern.compile("`([a-z0-9_]+(?:\\.[a-z0-9_]+)*)`");

    private DemoProcess demo;
    private DemoClient client;

    @BeforeEach
    void start() {
        demo = DemoProcess.start(List.of());
        client = new DemoClient(demo.uri());
    }

    @AfterEach
    void stop() {
        demo.close();
    }

    @Test
    void readme() throws Exception {
        List<Curl> asked = new ArrayList<>();
        List<JsonNode> printed = new ArrayList<>();
        for (Block block : Markdown.of("README.md").blocks()) {
            if (block.language().equals("sh")) {
                block.text()
                        .lines()
                        .filter(line -> line.startsWith("curl "))
                        .map(Curl::parse)
                        .forEach(asked::add);
            } else if (block.language().equals("json")) {
                JsonMapper.shared()
                        .readerFor(JsonNode.class)
                        .<JsonNode>readValues(block.text())
                        .forEachRemaining(printed::add);
            }
        }
        assertThat(asked).hasSameSizeAs(printed).hasSizeGreaterThan(3);
        for (int i = 0; i < asked.size(); i++) {
            JsonNode answer = asked.get(i).send(client).json();
            if (printed.get(i).has(OMITTED)) {
                assertShape(printed.get(i), answer);
            } else {
                assertThat(answer).isEqualTo(printed.get(i));
            }
        }
    }

    @Test
    void pvpool() throws Exception {
        List<String> lines = Markdown.of("docs/pvpool.md").blocks().stream()
                .filter(block -> block.language().equals("console"))
                .flatMap(block -> block.text().lines())
                .toList();
        assertThat(lines).anyMatch(line -> line.startsWith("$ "));
        HttpReply answer = null;
        for (String line : lines) {
            if (line.startsWith("$ ")) {
                answer = Curl.parse(line.substring(2)).send(client);
            } else if (line.startsWith("HTTP/1.1 ")) {
                assertThat(line).startsWith("HTTP/1.1 " + answer.status());
            } else {
                assertThat(withoutTimes(answer.text())).isEqualTo(withoutTimes(line));
            }
        }
    }

    private static String withoutTimes(String json) {
        return json.replaceAll("\"\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\"", "");
    }

    @Test
    void monitoringFormats() throws Exception {
        assertThat(client.get("/hc").status()).isEqualTo(200);
        Markdown page = Markdown.of("docs/httpstats.md");
        MatchResult plugin =
                ADDRESS.matcher(page.block("toml").text()).results().findFirst().orElseThrow();
        assertThat(client.get(plugin.group(1) + "?format=mackerel-meta").text()).startsWith("# mackerel-agent-plugin");
        assertThat(client.get(plugin.group(1) + "?format=mackerel").text()).startsWith("http.requests.count\t");
        String yaml = page.block("yaml").text();
        String path = value(yaml, "metrics_path: (\\S+)") + "?format=" + value(yaml, "format: \\[(\\w+)]");
        assertThat(client.get(path).text())
                .contains("http_server_requests_total")
                .endsWith("# EOF\n");
    }

    @Test
    void troubleshootingFieldsExist() throws Exception {
        client.buy("1");
        client.view(List.of("1"));
        JsonNode stats = client.stats();
        List<String> fields = Markdown.of("docs/deployment.md").tables("symptom", "/stats").get(0).rows().stream()
                .flatMap(row -> FIELD.matcher(row.get("/stats")).results())
                .map((MatchResult match) -> match.group(1))
                .distinct()
                .toList();
        assertThat(fields)
                .hasSizeGreaterThan(15)
                .allSatisfy(field -> assertThat(
                                stats.at("/" + field.replace('.', '/')).isMissingNode())
                        .as(field)
                        .isFalse());
    }

    private static void assertShape(JsonNode printed, JsonNode answer) {
        for (Map.Entry<String, JsonNode> field : printed.properties()) {
            if (!field.getKey().equals(OMITTED)) {
                assertThat(answer.has(field.getKey())).as(field.getKey()).isTrue();
                JsonNode value = answer.get(field.getKey());
                assertThat(value.getNodeType())
                        .as(field.getKey())
                        .isEqualTo(field.getValue().getNodeType());
                assertShape(field.getValue(), value);
            }
        }
    }

    private static String value(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
    }
}
