package io.github.doorbuster.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What the events of a page report. */
final class PageRecord {

    private static final Set<String> PROBLEM_LEVELS = Set.of("error", "warning", "assert");

    private final List<String> problems = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private String loaded = "";
    private int status;

    synchronized void add(String event, JsonNode params) {
        switch (event) {
            case "Page.lifecycleEvent" -> {
                if (params.path("name").asString().equals("load")) {
                    loaded = params.path("loaderId").asString();
                }
            }
            case "Network.requestWillBeSent" ->
                requests.add(params.at("/request/url").asString());
            case "Network.responseReceived" -> {
                if (params.path("type").asString().equals("Document")) {
                    status = params.at("/response/status").asInt();
                }
            }
            case "Runtime.exceptionThrown" ->
                problems.add("exception: "
                        + params.at("/exceptionDetails/exception/description")
                                .asString(params.at("/exceptionDetails/text").asString()));
            case "Runtime.consoleAPICalled" -> {
                if (PROBLEM_LEVELS.contains(params.path("type").asString())) {
                    problems.add("console: " + params.path("args"));
                }
            }
            case "Log.entryAdded" -> {
                JsonNode entry = params.get("entry");
                boolean answer = entry.path("source").asString().equals("network")
                        && entry.path("text").asString().contains("the server responded with a status of");
                if (!answer && PROBLEM_LEVELS.contains(entry.path("level").asString())) {
                    problems.add(entry.path("source").asString() + ": "
                            + entry.path("text").asString() + " ("
                            + entry.path("url").asString() + ")");
                }
            }
            default -> {}
        }
    }

    /** {@return the browser's id of the document that was loaded last} */
    synchronized String loaded() {
        return loaded;
    }

    synchronized int status() {
        return status;
    }

    synchronized List<String> problems() {
        return List.copyOf(problems);
    }

    synchronized List<String> requests() {
        return List.copyOf(requests);
    }
}
