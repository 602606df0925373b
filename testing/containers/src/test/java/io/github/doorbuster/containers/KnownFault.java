package io.github.doorbuster.containers;

import org.junit.jupiter.api.Assumptions;

/**
 * A case that is known to fail, skipped in the open until it is mended: reports and the console count it as skipped.
 */
final class KnownFault {

    private KnownFault() {}

    static void skipWhere(boolean here, String what) {
        Assumptions.assumeFalse(here, () -> "known fault: " + what);
    }
}
