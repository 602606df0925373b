package io.github.doorbuster.httpstats;

/** Runs in a JVM of its own, whose hosts file knows the names in the arguments. */
final class HostsFileProbe {

    private HostsFileProbe() {}

    /** Prints each name that is taken for an address. */
    public static void main(String... names) {
        for (String name : names) {
            if (CidrAllowList.parse("allow", "0.0.0.0/0, ::/0").allows(name)) {
                System.out.println(name);
            }
        }
    }
}
