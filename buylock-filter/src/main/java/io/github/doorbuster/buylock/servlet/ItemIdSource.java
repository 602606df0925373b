package io.github.doorbuster.buylock.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Where in a request the item id stands. */
interface ItemIdSource {

    /** Whether the request must be a {@link BufferedRequest}. */
    boolean isInBody();

    /** Every occurrence of an item id, so that a second one can be refused. */
    List<String> find(HttpServletRequest request) throws BadRequest;

    /** What to tell a client that sent none. */
    String where();

    /**
     * Returns the source that is called so.
     *
     * @throws IllegalArgumentException naming the key, the value and the rule
     */
    static ItemIdSource named(String itemId) {
        int colon = itemId.indexOf(':');
        String name = itemId.substring(colon + 1);
        if (colon < 0 || name.isBlank() || !itemId.substring(0, colon).equals("form")) {
            throw new IllegalArgumentException("itemId=%s: must be form:name".formatted(itemId));
        }
        return new FormField(name);
    }

    /**
     * A field of the form in the body; the same name in the query counts as a second one, since the application reads
     * it.
     */
    record FormField(String name) implements ItemIdSource {

        @Override
        public boolean isInBody() {
            return true;
        }

        @Override
        public List<String> find(HttpServletRequest request) throws BadRequest {
            BufferedRequest buffered = (BufferedRequest) request;
            try {
                List<String> found = new ArrayList<>();
                for (Map<String, List<String>> fields : List.of(buffered.queryFields(), buffered.formFields())) {
                    found.addAll(fields.getOrDefault(name, List.of()));
                }
                return found;
            } catch (IllegalArgumentException e) {
                throw new BadRequest(
                        400, "the form cannot be decoded: " + BadRequest.excerpt(String.valueOf(e.getMessage())));
            }
        }

        @Override
        public String where() {
            return "the form field %s (application/x-www-form-urlencoded)".formatted(name);
        }
    }
}
