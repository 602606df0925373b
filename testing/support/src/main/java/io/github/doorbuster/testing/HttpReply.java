package io.github.doorbuster.testing;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The response that a client received.
 *
 * @param status the HTTP status, 0 if the connection ended before a complete head
 * @param headers by name in any case; the last value of a repeated header
 * @param complete whether the body has the length that its head announced
 */
public record HttpReply(int status, Map<String, String> headers, byte[] body, boolean complete) {

    /** {@return the value of a header, empty if there is none} */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        return JsonMapper.shared().readTree(body);
    }
}
