package io.github.doorbuster.library;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A list of IPv4 and IPv6 address ranges in CIDR notation. */
final class CidrAllowList {

    private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    private final List<Range> ranges;

    private CidrAllowList(List<Range> ranges) {
        this.ranges = ranges;
    }

    /**
     * Parses a comma-separated list.
     *
     * @param key the option, for the error message
     * @throws IllegalArgumentException if an element is neither an address nor a CIDR range
     */
    static CidrAllowList parse(String key, String list) {
        return new CidrAllowList(Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .map(element -> range(key, element))
                .toList());
    }

    private static Range range(String key, String text) {
        int slash = text.indexOf('/');
        InetAddress address = bareAddress(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw notARange(key, text);
        }
        byte[] bytes = address.getAddress();
        int bits = bytes.length * Byte.SIZE;
        if (slash < 0) {
            return new Range(bytes, bits);
        }
        String length = text.substring(slash + 1);
        if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > bits) {
            throw notARange(key, text);
        }
        return new Range(bytes, Integer.parseInt(length));
    }

    private static IllegalArgumentException notARange(String key, String text) {
        return new IllegalArgumentException(
                "%s=%s: must be addresses or CIDR ranges, separated by commas, such as 10.0.0.0/8, ::1/128"
                        .formatted(key, Excerpt.of(text)));
    }

    /**
     * {@return the address of a literal such as {@code 10.0.0.1}, {@code ::1}, {@code [::1]} or {@code fe80::1%eth0},
     * or null if the text is not a literal} Names are never resolved.
     */
    static @Nullable InetAddress address(@Nullable String literal) {
        return literal == null ? null : bareAddress(withoutBracketsAndZone(literal));
    }

    private static @Nullable InetAddress bareAddress(String text) {
        boolean v4 = V4.matcher(text).matches();
        if (!v4 && !V6.matcher(text).matches()) {
            return null;
        }
        try {
            // In brackets, only a literal is accepted. Without them, 300.1.1.1 would be resolved as a host name.
            return v4 ? InetAddress.getByAddress(octets(text)) : InetAddress.getByName("[" + text + "]");
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static byte[] octets(String text) throws UnknownHostException {
        String[] parts = text.split("\\.");
        byte[] octets = new byte[parts.length];
        for (int i = 0; i < parts.length; i++) {
            int octet = Integer.parseInt(parts[i]);
            if (octet > 255) {
                throw new UnknownHostException(text);
            }
            octets[i] = (byte) octet;
        }
        return octets;
    }

    boolean allows(@Nullable String remoteAddress) {
        InetAddress address = address(remoteAddress);
        return address != null && ranges.stream().anyMatch(range -> range.contains(address.getAddress()));
    }

    private static String withoutBracketsAndZone(String address) {
        String bare =
                address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
        int zone = bare.indexOf('%');
        return zone < 0 ? bare : bare.substring(0, zone);
    }

    private record Range(byte[] address, int prefix) {

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int wholeBytes = prefix / Byte.SIZE;
            int bits = prefix % Byte.SIZE;
            int mask = 0xFF00 >>> bits & 0xFF;
            return Arrays.equals(address, 0, wholeBytes, other, 0, wholeBytes)
                    && (bits == 0 || (address[wholeBytes] & mask) == (other[wholeBytes] & mask));
        }
    }
}
