package io.github.doorbuster.httpstats;

/**
 * Unused space in front of the fields of a subclass, against false sharing. A garbage collector may place any two
 * objects side by side. So fields that one thread writes often must not share a cache line, or the pair of lines that
 * processors prefetch together, with fields that another thread uses. The last subclass pads the end in the same way.
 * Arrays leave {@link #ELEMENTS} unused at both ends instead.
 */
@SuppressWarnings("unused")
abstract class CacheLinePadding {

    /** Two cache lines of ints, four of longs. */
    static final int ELEMENTS = 32;

    /** Fills the gap after the object header, where the JVM would place a field of the subclass. */
    private int h1, h2;

    private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16;
}
