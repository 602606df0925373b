package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.TopItems;
import io.github.doorbuster.pvpool.TopItems.Window;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The request {@code /top?window=5m&count=20}, and its answer. */
record TopQuery(Window window, int count) {

    private static final int DEFAULT_COUNT = 20;

    static TopQuery of(HttpServletRequest request) throws HttpException {
        String window = request.getParameter("window");
        String count = request.getParameter("count");
        return new TopQuery(
                window == null ? Window.FIVE_MINUTES : window(window), count == null ? DEFAULT_COUNT : count(count));
    }

    private static Window window(String text) throws HttpException {
        for (Window window : Window.values()) {
            if (window.toString().equals(text)) {
                return window;
            }
        }
        throw HttpException.badRequest("window=%s: must be one of %s"
                .formatted(
                        Excerpt.of(text),
                        Arrays.stream(Window.values()).map(Window::toString).collect(Collectors.joining(", "))));
    }

    private static int count(String text) throws HttpException {
        try {
            int count = Integer.parseInt(text);
            if (count >= 1 && count <= TopItems.MAX_COUNT) {
                return count;
            }
        } catch (NumberFormatException e) {
            // Not a number: answered below.
        }
        throw HttpException.badRequest(
                "count=%s: must be 1 to %d items".formatted(Excerpt.of(text), TopItems.MAX_COUNT));
    }

    static Map<String, Object> answer(TopItems top) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("window", top.window().toString());
        answer.put("from", top.from().toString());
        answer.put("error_bound", top.errorBound());
        List<Map<String, Object>> items =
                top.items().stream().map(TopQuery::answer).toList();
        answer.put("items", items);
        return answer;
    }

    private static Map<String, Object> answer(TopItems.Item item) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("item_id", item.itemId());
        answer.put("views", item.views());
        answer.put("error", item.error());
        return answer;
    }
}
