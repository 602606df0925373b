package io.github.doorbuster.buylock.memcached;

/** memcached gave no clear reply. Has no stack trace, because a server that is down causes many of these. */
final class NoReplyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoReplyException(String message) {
        super(message, null, false, false);
    }
}
