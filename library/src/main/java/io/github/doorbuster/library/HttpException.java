package io.github.doorbuster.library;

/** Ends a request with an error response: a status, and a message that says what to change. */
final class HttpException extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int SC_BAD_REQUEST = 400;

    private final int status;
    private final String text;
    private final boolean bodyUnread;

    HttpException(int status, String text) {
        this(status, text, false);
    }

    private HttpException(int status, String text, boolean bodyUnread) {
        // No stack trace: there may be many bad requests, and nobody reads it.
        super(text, null, false, false);
        this.status = status;
        this.text = text;
        this.bodyUnread = bodyUnread;
    }

    static HttpException badRequest(String text) {
        return new HttpException(SC_BAD_REQUEST, text);
    }

    /** {@return an error for a request whose body is not read, so that its connection cannot be reused} */
    static HttpException withBodyUnread(int status, String text) {
        return new HttpException(status, text, true);
    }

    int status() {
        return status;
    }

    String text() {
        return text;
    }

    boolean isBodyUnread() {
        return bodyUnread;
    }
}
