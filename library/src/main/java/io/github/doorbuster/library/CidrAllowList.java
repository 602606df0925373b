package io.github.doorbuster.library;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A list of IPv4 and IPv6 address ranges in CIDR notation. */
final class CidrAllowList {

    private static final int V4_OCTETS = 4;
    private static final int MAX_OCTET = 255;
    private static final int MAX_OCTET_DIGITS = 3;
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
        byte[] octets = octets(text);
        if (octets == null && !V6.matcher(text).matches()) {
            return null;
        }
        try {
            // In brackets, only a literal is accepted. Without them, 300.1.1.1 would be resolved as a host name.
            return octets == null ? InetAddress.getByName("[" + text + "]") : InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Returns the octets of an IPv4 address in dotted decimals, or null if the text is none. */
    private static byte @Nullable [] octets(String text) {
        byte[] octets = new byte[V4_OCTETS];
        int index = 0;
        int octet = 0;
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9' && digits < MAX_OCTET_DIGITS) {
                octet = 10 * octet + (c - '0');
                digits++;
            } else if (c == '.' && digits > 0 && index < V4_OCTETS - 1) {
                octets[index++] = (byte) octet;
                octet = 0;
                digits = 0;
            } else {
                return null;
            }
            if (octet > MAX_OCTET) {
                return null;
            }
        }
        octets[index] = (byte) octet;
        return digits > 0 && index == V4_OCTETS - 1 ? octets : null;
    }

    boolean allows(@Nullable String remoteAddress) {
        return contains(address(remoteAddress));
    }

    boolean contains(@Nullable InetAddress address) {
        if (address == null) {
            return false;
        }
        byte[] octets = address.getAddress();
        for (Range range : ranges) {
            if (range.contains(octets)) {
                return true;
            }
        }
        return false;
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
