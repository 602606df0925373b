package io.github.doorbuster.springboot;

import io.github.doorbuster.testing.Repository;
import java.io.File;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The sample on each supported line of Spring Boot, built under its real parent, on Tomcat and on Jetty. */
enum Sample {
    BOOT_3_5_0_TOMCAT("boot-3.5.0", "jetty"),
    BOOT_3_5_TOMCAT("boot-3.5", "jetty"),
    BOOT_3_5_JETTY("boot-3.5", "tomcat"),
    BOOT_4_0_TOMCAT("boot-4.0", "jetty"),
    BOOT_4_0_JETTY("boot-4.0", "tomcat"),
    BOOT_4_1_TOMCAT("boot-4.1", "jetty"),
    BOOT_4_1_JETTY("boot-4.1", "tomcat");

    private final String module;
    private final String otherServer;

    Sample(String module, String otherServer) {
        this.module = module;
        this.otherServer = otherServer;
    }

    /** {@return what the build has resolved for the sample, without the other web server} */
    String classPath() {
        return classes() + File.pathSeparator + dependencies();
    }

    /** Returns the class path with the jackson-annotations that the parent manages. */
    String classPathWithAnnotationsOfTheParent() {
        return String.join(
                File.pathSeparator,
                Repository.path("testing/spring-boot/" + module + "/target/annotations-of-the-parent.jar")
                        .toString(),
                classes(),
                dependencies().replaceAll("[^" + File.pathSeparator + "]*jackson-annotations-[^/]*\\.jar", ""));
    }

    private String classes() {
        return Repository.path("testing/spring-boot/" + module + "/target/classes")
                .toString();
    }

    private String dependencies() {
        String all = Repository.read("testing/spring-boot/" + module + "/target/class-path");
        return Arrays.stream(all.strip().split(File.pathSeparator))
                .filter(jar -> !isOtherServer(new File(jar).getName()))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private boolean isOtherServer(String jar) {
        return jar.contains(otherServer) && !jar.startsWith("tomcat-embed-el");
    }
}
