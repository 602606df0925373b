package io.github.doorbuster.containers;

import java.net.URI;
import java.nio.file.Path;

/** A running servlet container with room for one application at the root path. */
interface ServletContainer extends AutoCloseable {

    /** Room for a crowd; Tomcat's own limit is 8192. */
    int MAX_CONNECTIONS = 12_000;

    /** Connections that may come at once; where they find no room, the client's system tries again a second later. */
    int ACCEPT_QUEUE = 1_024;

    /** The version, as the container itself tells it. */
    String version();

    URI uri();

    /** Starts an application whose classes are those of the test. */
    void deploy(WebApp app) throws DeploymentFailed;

    /** Starts an unpacked WAR with a class loader that sees the container, the JDK and the WAR, and nothing else. */
    void deploy(Path directory) throws DeploymentFailed;

    /** Ends the application, if there is one. */
    void undeploy();

    @Override
    void close();

    /** The application did not start; the message is the one its author gets to read. */
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
