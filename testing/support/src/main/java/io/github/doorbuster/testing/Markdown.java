package io.github.doorbuster.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A page of the documentation, as far as tests hold it against the code: its fenced blocks and its tables.
 *
 * @param path the page, from the top of the repository
 * @param blocks its fenced blocks in order
 * @param tables its tables in order
 */
public record Markdown(String path, List<Block> blocks, List<Table> tables) {

    private static final String FENCE = "```";

    /**
     * A fenced block.
     *
     * @param path the page
     * @param line where it begins, counted from 1
     * @param language what stands behind the fence, empty for nothing
     * @param text what is in it
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
     * @param line where it begins, counted from 1
     * @param header its column names
     * @param rows its rows, each from column name to cell
     */
    public record Table(int line, List<String> header, List<Map<String, String>> rows) {}

    /**
     * Reads a page.
     *
     * @param path from the top of the repository
     * @return the page
     */
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
     * Returns the one block of a language.
     *
     * @param language the language
     * @return the block
     * @throws IllegalStateException if there is none or more than one
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

    /**
     * Returns the tables that begin with certain columns.
     *
     * @param columns their names
     * @return the tables in order
     */
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
            throw new IllegalStateException("a row has not as many cells as its header " + header + ": " + cells);
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
