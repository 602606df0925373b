package io.github.doorbuster.containers;

import java.net.URI;
import java.nio.file.Path;

/** A running servlet container with room for one application at the root path. */
interface ServletContainer extends AutoCloseable {

    /** Above Tomcat's default of 8192. */
    int MAX_CONNECTIONS = 12_000;

    /** Connections that may arrive at once; beyond it, the client's system retries a second later. */
    int ACCEPT_QUEUE = 1_024;

    /** Whether Jetty and Tomcat serve on virtual threads; needs Java 21 or later. */
    boolean VIRTUAL_THREADS = Boolean.getBoolean("container.virtualThreads");

    /** {@return the version that the container reports} */
    String version();

    URI uri();

    /** Starts an application with the classes of the test. */
    void deploy(WebApp app) throws DeploymentFailed;

    /** Starts an unpacked WAR with a class loader that sees the container, the JDK and the WAR only. */
    void deploy(Path directory) throws DeploymentFailed;

    /** Stops the application, if there is one. */
    void undeploy();

    /** Takes the address of a client from the headers of proxies, until the result is closed. */
    Trust trustForwardedHeaders();

    @Override
    void close();

    /** Ends what {@link #trustForwardedHeaders} began. */
    interface Trust extends AutoCloseable {

        @Override
        void close();
    }

    /** Reports that the application did not start, with the message that its author reads. */
    final class DeploymentFailed extends Exception {

        private static final long serialVersionUID = 1;

        DeploymentFailed(Throwable cause) {
            super(root(cause).getMessage(), cause);
        }

        private static Throwable root(Throwable thrown) {
            Throwable root = thrown;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            return root;
        }
    }
}
