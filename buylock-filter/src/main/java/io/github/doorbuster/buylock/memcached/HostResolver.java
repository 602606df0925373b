package io.github.doorbuster.buylock.memcached;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Resolves the names of servers, as {@link InetAddress#getAllByName(String)} does. */
@FunctionalInterface
interface HostResolver {

    InetAddress[] resolve(String host) throws UnknownHostException;
}
