package io.github.doorbuster.demo.rush;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** People who each act again and again until they have had enough or the time is up. */
final class Crowd {

    /** What every one of them does; called by all at once. */
    interface Member {

        /** Acts once; returns whether to go on. */
        boolean act() throws InterruptedException;
    }

    private final List<Thread> people = new ArrayList<>();

    void send(int count, String name, long untilNanos, Member member) {
        for (int i = 0; i < count; i++) {
            Thread person = new Thread(
                    () -> {
                        try {
                            boolean goesOn = true;
                            while (goesOn && System.nanoTime() - untilNanos < 0) {
                                goesOn = member.act();
                            }
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    name + "-" + i);
            person.setDaemon(true);
            people.add(person);
            person.start();
        }
    }

    /** Waits a little for them to finish; returns whether all have. */
    boolean hasGoneWithin(long millis) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (Thread person : people) {
            person.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
        }
        return people.stream().noneMatch(Thread::isAlive);
    }
}
