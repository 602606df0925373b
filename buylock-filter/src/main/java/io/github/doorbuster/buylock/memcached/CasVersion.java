package io.github.doorbuster.buylock.memcached;

/**
 * The CAS id of a value, and the connection that it was read on. Ids restart with the server, so that an old one may
 * match the lease of another owner; on the same connection, the server has not restarted.
 */
record CasVersion(long cas, Object connection) {}
