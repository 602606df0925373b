package io.github.doorbuster.buylock.servlet;

/** A request that cannot be locked, with the status and the text it is answered with. */
final class BadRequest extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int EXCERPT = 40;

    private final int status;
    private final boolean bodyUnread;

    BadRequest(int status, String message) {
        this(status, message, false);
    }

    private BadRequest(int status, String message, boolean bodyUnread) {
        super(message, null, false, false);
        this.status = status;
        this.bodyUnread = bodyUnread;
    }

    /** One whose body is not even read, so that the connection is of no use any longer. */
    static BadRequest withBodyUnread(int status, String message) {
        return new BadRequest(status, message, true);
    }

    int status() {
        return status;
    }

    boolean leavesBodyUnread() {
        return bodyUnread;
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
