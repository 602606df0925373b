package io.github.doorbuster.buylock.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.databind.json.JsonMapper;

/** A string or an integer in a JSON body, found by its path in one pass, without data binding. */
record JsonField(String name, List<String> path) implements ItemIdSource {

    private static final JsonMapper MAPPER = new JsonMapper();

    static JsonField of(String name) {
        return new JsonField(name, List.of(name.split("\\.")));
    }

    @Override
    public boolean isInBody() {
        return true;
    }

    @Override
    public List<String> find(HttpServletRequest request) throws HttpException {
        List<String> found = new ArrayList<>();
        byte[] body = request instanceof BufferedRequest buffered ? buffered.body() : new byte[0];
        try (JsonParser json = MAPPER.createParser(body)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.PROPERTY_NAME && matchesPath(json.streamReadContext())) {
                    JsonToken value = json.nextToken();
                    if (value != JsonToken.VALUE_STRING && value != JsonToken.VALUE_NUMBER_INT) {
                        throw HttpException.badRequest(
                                description() + " is neither a string nor an integer; send one of these");
                    }
                    found.add(json.getString());
                }
            }
        } catch (JacksonException e) {
            throw HttpException.badRequest("the body is not JSON: " + Excerpt.of(e.getOriginalMessage()));
        }
        return found;
    }

    /** Compares the names, the innermost first. A field within an array does not match. */
    private boolean matchesPath(TokenStreamContext context) {
        TokenStreamContext at = context;
        for (int i = path.size() - 1; i >= 0; i--) {
            if (!at.inObject() || !path.get(i).equals(at.currentName())) {
                return false;
            }
            at = at.getParent();
        }
        return at.inRoot();
    }

    @Override
    public String description() {
        return "the JSON field " + name;
    }
}
