package io.github.doorbuster.buylock.memcached;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Places keys on servers by consistent hashing, as <a
 * href="https://www.metabrew.com/article/libketama-consistent-hashing-algo-memcached-clients">ketama</a> does: each
 * server has 160 points, the MD5 of its name, and a key is on the server of the next point. Compatible with
 * spymemcached's {@code KetamaNodeLocator} for servers that are named by their addresses.
 *
 * <p>spymemcached's own locator hashes the resolved address, and its maintained fork hashes with SHA-384; nodes that
 * differ in either would place an item on different servers.
 */
final class Continuum {

    private static final int DIGESTS_PER_SERVER = 40;
    private static final int POINTS_PER_DIGEST = 4;
    private static final MessageDigest MD5 = md5();

    private final int[] points;
    private final int[] serverOfPoint;

    /** Creates a continuum of servers, which are numbered in the order of their names. */
    Continuum(List<ServerName> names) {
        Map<Integer, Integer> servers = new TreeMap<>(Integer::compareUnsigned);
        for (int server = 0; server < names.size(); server++) {
            for (int i = 0; i < DIGESTS_PER_SERVER; i++) {
                byte[] digest = digest(names.get(server).text() + "-" + i);
                for (int point = 0; point < POINTS_PER_DIGEST; point++) {
                    servers.put(point(digest, point), server);
                }
            }
        }
        points = servers.keySet().stream()
                .mapToInt(point -> point ^ Integer.MIN_VALUE)
                .toArray();
        serverOfPoint = servers.values().stream().mapToInt(server -> server).toArray();
    }

    /** {@return the number of the server of a key} */
    int serverOf(String key) {
        int found = Arrays.binarySearch(points, point(digest(key), 0) ^ Integer.MIN_VALUE);
        int next = found < 0 ? -found - 1 : found;
        return serverOfPoint[next == points.length ? 0 : next];
    }

    private static int point(byte[] digest, int number) {
        int from = number * 4;
        return ((digest[from + 3] & 0xFF) << 24)
                | ((digest[from + 2] & 0xFF) << 16)
                | ((digest[from + 1] & 0xFF) << 8)
                | (digest[from] & 0xFF);
    }

    private static byte[] digest(String text) {
        try {
            MessageDigest md5 = (MessageDigest) MD5.clone();
            return md5.digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
