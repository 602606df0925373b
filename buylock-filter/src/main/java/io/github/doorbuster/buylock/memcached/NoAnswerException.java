package io.github.doorbuster.buylock.memcached;

/** memcached gave no clear answer; without a stack trace, since a server that is down makes many. */
final class NoAnswerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoAnswerException(String message) {
        super(message, null, false, false);
    }
}
