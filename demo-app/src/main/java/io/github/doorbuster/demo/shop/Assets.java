package io.github.doorbuster.demo.shop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files that the pages link to. Their path has a hash of all of them, so browsers may cache them without a time
 * limit and never mix two versions.
 */
final class Assets {

    private static final String PATH = "/assets/";
    private static final String ANY_ITEM = "items/any.svg";
    private static final int ITEM_PICTURES = 12;
    private static final int VERSION_BYTES = 6;
    private static final List<String> NAMES = List.of(
            "theme.css",
            "shop.css",
            "console.css",
            "shop.js",
            "catalog.js",
            "checkout.js",
            "views.js",
            "console.js",
            "hot.js",
            "controls.js",
            "rush.js",
            "sale.js",
            "stats.js",
            "states.js",
            "plot.js",
            "numbers.js",
            "icon.svg",
            ANY_ITEM);
    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css;charset=utf-8",
            "js", "text/javascript;charset=utf-8",
            "svg", "image/svg+xml");

    /** One file. */
    record Asset(byte[] content, String contentType) {}

    private final Map<String, Asset> assets;
    private final String root;

    private Assets(Map<String, Asset> assets, String version) {
        this.assets = assets;
        this.root = PATH + version;
    }

    /** Reads the files from the class path. */
    static Assets load() throws IOException {
        Map<String, Asset> assets = new TreeMap<>();
        List<String> pictures = IntStream.rangeClosed(1, ITEM_PICTURES)
                .mapToObj(id -> "items/" + id + ".svg")
                .toList();
        for (String name :
                Stream.concat(NAMES.stream(), pictures.stream()).sorted().toList()) {
            String type = Objects.requireNonNull(TYPES.get(name.substring(name.lastIndexOf('.') + 1)), name);
            assets.put(name, new Asset(resource("assets/" + name), type));
        }
        return new Assets(assets, version(assets));
    }

    private static String version(Map<String, Asset> assets) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            assets.forEach((name, asset) -> {
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update(asset.content());
            });
            return HexFormat.of().formatHex(digest.digest(), 0, VERSION_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static byte[] resource(String name) throws IOException {
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    /** {@return the path of the files of this version} */
    String root() {
        return root;
    }

    /** {@return the path of the picture of an item, or of a general picture} */
    String picture(String itemId) {
        String own = "items/" + itemId + ".svg";
        return root + "/" + (assets.containsKey(own) ? own : ANY_ITEM);
    }

    /** {@return the file at a path, or null if this version has none} */
    @Nullable
    Asset at(String path) {
        return path.startsWith(root + "/") ? assets.get(path.substring(root.length() + 1)) : null;
    }
}
