package io.github.doorbuster.pvpool;

/** Waits. A simulation replaces it. */
interface Pacing {

    void pause(long millis) throws InterruptedException;
}
