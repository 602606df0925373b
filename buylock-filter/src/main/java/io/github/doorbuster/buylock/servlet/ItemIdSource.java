package io.github.doorbuster.buylock.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Where a request has its item id. */
sealed interface ItemIdSource
        permits ItemIdSource.Form, ItemIdSource.Query, ItemIdSource.Header, PathTemplate, JsonField {

    /** {@return true if the filter must read the body, and buffer it for the application} */
    default boolean isInBody() {
        return false;
    }

    /** {@return false if the request is not a purchase and passes} */
    default boolean matches(HttpServletRequest request) {
        return true;
    }

    /**
     * {@return every occurrence of an item id, so that a request with several can be rejected}
     *
     * @throws HttpException if the request cannot be decoded
     */
    List<String> find(HttpServletRequest request) throws HttpException;

    /** {@return where a client must put the id, for error messages} */
    String description();

    /**
     * {@return the source that the setting {@code itemId} names}
     *
     * @throws IllegalArgumentException if the setting is not valid; the message names key, value and rule
     */
    static ItemIdSource of(String itemId) {
        int colon = itemId.indexOf(':');
        String name = itemId.substring(colon + 1).strip();
        Optional<ItemIdSource> source = colon < 0 || name.isEmpty()
                ? Optional.empty()
                : switch (itemId.substring(0, colon)) {
                    case "form" -> Optional.of(new Form(name));
                    case "query" -> Optional.of(new Query(name));
                    case "header" -> Optional.of(new Header(name));
                    case "path" -> PathTemplate.of(name).map(ItemIdSource.class::cast);
                    case "json" -> Optional.of(JsonField.of(name));
                    default -> Optional.empty();
                };
        return source.orElseThrow(() -> new IllegalArgumentException(
                "itemId=%s: must be form:name, query:name, header:name, json:name.of.field, or path:/with/one/*/for/the/id"
                        .formatted(itemId)));
    }

    /**
     * A field of the form in the body. The same name in the query counts as a second id, because applications read that
     * one first.
     */
    record Form(String name) implements ItemIdSource {

        @Override
        public boolean isInBody() {
            return true;
        }

        @Override
        public List<String> find(HttpServletRequest request) throws HttpException {
            try {
                String[] values = request.getParameterValues(name);
                return values == null || !BufferedRequest.isForm(request) ? List.of() : Arrays.asList(values);
            } catch (IllegalArgumentException e) {
                throw undecodable("form", e);
            }
        }

        @Override
        public String description() {
            return "the form field %s (application/x-www-form-urlencoded)".formatted(name);
        }
    }

    /** A field of the query string, read without touching the body. */
    record Query(String name) implements ItemIdSource {

        @Override
        public List<String> find(HttpServletRequest request) throws HttpException {
            String query = request.getQueryString();
            try {
                return query == null
                        ? List.of()
                        : FormFields.decode(query, StandardCharsets.UTF_8).getOrDefault(name, List.of());
            } catch (IllegalArgumentException e) {
                throw undecodable("query", e);
            }
        }

        @Override
        public String description() {
            return "the query parameter " + name;
        }
    }

    /** A request header. */
    record Header(String name) implements ItemIdSource {

        @Override
        public List<String> find(HttpServletRequest request) {
            return new ArrayList<>(Collections.list(request.getHeaders(name)));
        }

        @Override
        public String description() {
            return "the header " + name;
        }
    }

    private static HttpException undecodable(String what, IllegalArgumentException e) {
        return HttpException.badRequest(
                "the %s cannot be decoded: %s".formatted(what, Excerpt.of(String.valueOf(e.getMessage()))));
    }
}
