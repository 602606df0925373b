package io.github.doorbuster.buylock.memcached;

/**
 * One connection to a server, from its start to its loss. It identifies one process of the server: on the same
 * connection, the server has not restarted.
 */
final class Connection {

    private volatile boolean lost;
    private volatile CommandSet commands = CommandSet.CLASSIC;

    boolean isLost() {
        return lost;
    }

    void lose() {
        lost = true;
    }

    CommandSet commands() {
        return commands;
    }

    void probed(CommandSet known) {
        commands = known;
    }
}
