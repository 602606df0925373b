package io.github.doorbuster.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The fenced blocks and tables of a page of the documentation, in order.
 *
 * @param path from the top of the repository
 */
public record Markdown(String path, List<Block> blocks, List<Table> tables) {

    private static final String FENCE = "```";

    /**
     * A fenced block.
     *
     * @param line its first line, counted from 1
     * @param language the info string of the fence, empty for none
     */
    public record Block(String path, int line, String language, String text) {

        @Override
        public String toString() {
            return path + ":" + line + " (" + language + ")";
        }
    }

    /**
     * A table.
     *
     * @param line its first line, counted from 1
     * @param rows each from column name to cell
     */
    public record Table(int line, List<String> header, List<Map<String, String>> rows) {}

    /** Reads a page, given its path from the top of the repository. */
    public static Markdown of(String path) {
        List<String> lines = Repository.read(path).lines().toList();
        List<Block> blocks = new ArrayList<>();
        List<Table> tables = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            int end = i;
            if (lines.get(i).startsWith(FENCE)) {
                String language = lines.get(i).substring(FENCE.length()).strip();
                do {
                    end++;
                } while (!lines.get(end).startsWith(FENCE));
                blocks.add(new Block(path, i + 1, language, String.join("\n", lines.subList(i + 1, end))));
            } else if (lines.get(i).startsWith("|")) {
                while (end + 1 < lines.size() && lines.get(end + 1).startsWith("|")) {
                    end++;
                }
                tables.add(table(i + 1, lines.subList(i, end + 1)));
            }
            i = end;
        }
        return new Markdown(path, List.copyOf(blocks), List.copyOf(tables));
    }

    /**
     * Returns the block of a language.
     *
     * @throws IllegalStateException if there is not exactly one
     */
    public Block block(String language) {
        List<Block> found = blocks.stream()
                .filter(block -> block.language().equals(language))
                .toList();
        if (found.size() != 1) {
            throw new IllegalStateException(path + " has " + found.size() + " blocks of " + language + ", not one");
        }
        return found.get(0);
    }

    /** Returns the tables whose first columns have these names. */
    public List<Table> tables(String... columns) {
        return tables.stream()
                .filter(table -> table.header().size() >= columns.length
                        && table.header().subList(0, columns.length).equals(Arrays.asList(columns)))
                .toList();
    }

    private static Table table(int line, List<String> lines) {
        List<String> header = cells(lines.get(0));
        List<Map<String, String>> rows =
                lines.stream().skip(2).map(row -> row(header, cells(row))).toList();
        return new Table(line, header, rows);
    }

    private static Map<String, String> row(List<String> header, List<String> cells) {
        if (cells.size() != header.size()) {
            throw new IllegalStateException(
                    "this row has more or fewer cells than its header " + header + ": " + cells);
        }
        Map<String, String> row = new LinkedHashMap<>();
        IntStream.range(0, cells.size()).forEach(i -> row.put(header.get(i), cells.get(i)));
        return row;
    }

    private static List<String> cells(String line) {
        String inner = line.strip().replaceAll("^\\||(?<!\\\\)\\|$", "");
        return Arrays.stream(inner.split("(?<!\\\\)\\|", -1))
                .map(cell -> cell.strip().replace("\\|", "|"))
                .toList();
    }
}
