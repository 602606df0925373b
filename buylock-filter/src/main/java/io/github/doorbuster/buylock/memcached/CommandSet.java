package io.github.doorbuster.buylock.memcached;

/** The commands that a server knows, as a {@link ProbeCommand} has found out. */
enum CommandSet {

    /** {@code add}, {@code gets}, {@code cas}: the commands that every server knows. */
    CLASSIC,

    /** Also the meta commands: one that stores a value returns its new CAS id, and one deletes by CAS id. */
    META,

    /** Also CAS ids of the client's choice. */
    META_WITH_EXPLICIT_CAS
}
