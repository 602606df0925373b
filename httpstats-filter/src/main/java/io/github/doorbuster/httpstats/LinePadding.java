package io.github.doorbuster.httpstats;

/**
 * Dead space in front of the fields of a subclass; the subclass of that one ends with as much. A garbage collector may
 * put any two objects side by side: what one thread writes all the time shall not share a cache line, nor the pair of
 * lines that processors fetch together, with what another thread uses. Arrays leave {@link #ELEMENTS} unused at both
 * ends instead.
 */
@SuppressWarnings("unused")
abstract class LinePadding {

    /** Two cache lines of ints, four of longs. */
    static final int ELEMENTS = 32;

    /** Fills what is left of the object's header, where a subclass' field would be put otherwise. */
    private int h1, h2;

    private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16;
}
