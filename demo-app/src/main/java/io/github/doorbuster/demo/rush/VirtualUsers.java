package io.github.doorbuster.demo.rush;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The threads that generate load, one for each simulated user. */
final class VirtualUsers {

    /** The action that a user repeats. Many users call it concurrently. */
    interface Action {

        /** Sends one request; returns whether to continue. */
        boolean run() throws InterruptedException;
    }

    private final List<Thread> users = new CopyOnWriteArrayList<>();
    private volatile boolean stopped;

    /** Starts users that end at a {@link System#nanoTime} or when their action returns false. */
    void start(int count, String name, long endNanos, Action action) {
        for (int i = 0; i < count; i++) {
            Thread user = new Thread(
                    () -> {
                        try {
                            boolean continues = true;
                            while (continues && !stopped && System.nanoTime() - endNanos < 0) {
                                continues = action.run();
                            }
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    name + "-" + i);
            user.setDaemon(true);
            users.add(user);
            user.start();
        }
    }

    /** Ends each user when its current request has finished. */
    void stop() {
        stopped = true;
    }

    /** Ends the users at once, without waiting for their responses. */
    void interrupt() {
        stopped = true;
        users.forEach(Thread::interrupt);
    }

    /** Waits for the users to end; returns whether all have. */
    boolean join(long millis) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (Thread user : users) {
            user.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
        }
        return users.stream().noneMatch(Thread::isAlive);
    }
}
