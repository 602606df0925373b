package io.github.doorbuster.buylock.servlet;

import jakarta.servlet.http.HttpServletResponse;

/** A request that cannot be locked, with the status and the text it is answered with. */
final class BadRequest extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int EXCERPT = 40;

    private final int status;

    BadRequest(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }

    boolean leavesBodyUnread() {
        return status == HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE;
    }

    /** A short piece of what was sent, fit to be shown. */
    static String excerpt(String input) {
        String shown = input.length() > EXCERPT ? input.substring(0, EXCERPT) + "..." : input;
        return shown.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
