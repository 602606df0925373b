package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.doorbuster.containers.ServletContainer.DeploymentFailed;
import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.RawHttpClient;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The test containers themselves. */
@OnEveryContainer
class ContainersIT {

    private final ContainerVersion version;
    private final ServletContainer container;

    ContainersIT(ContainerVersion version) {
        this.version = version;
        this.container = version.running();
    }

    @AfterEach
    void undeploy() {
        container.undeploy();
    }

    @Test
    void runsTheVersionOfTheBuild() throws Exception {
        AtomicReference<String> servletVersion = new AtomicReference<>();
        AtomicReference<String> serverInfo = new AtomicReference<>();
        container.deploy(context -> {
            servletVersion.set(context.getMajorVersion() + "." + context.getMinorVersion());
            serverInfo.set(context.getServerInfo());
        });
        assertThat(container.version()).startsWith(version.pinnedVersion());
        assertThat(serverInfo.get())
                .containsPattern("(?i)" + version.toString().split(" ")[0] + "(/| - )" + version.pinnedVersion());
        assertThat(servletVersion.get())
                .isEqualTo(
                        version == ContainerVersion.JETTY_12_1 || version == ContainerVersion.TOMCAT_11
                                ? "6.1"
                                : "6.0");
    }

    @Test
    void callsFiltersOnTheirDispatcherTypes() throws Exception {
        List<DispatcherType> seen = new CopyOnWriteArrayList<>();
        WebApp app = context -> {
            Servlets.filter(context, "probe", new Probe(seen), EnumSet.allOf(DispatcherType.class));
            Servlets.servlet(context, "/async", (request, response) -> {
                if (request.getDispatcherType() == DispatcherType.REQUEST) {
                    request.startAsync().dispatch("/missing");
                }
            });
            Servlets.servlet(context, "/missing", (request, response) -> response.sendError(404));
            Servlets.servlet(
                    context,
                    "/page",
                    (request, response) -> response.getWriter().print("page"));
        };
        container.deploy(app.withErrorPage(404, "/page"));

        HttpReply answer = RawHttpClient.get(container.uri(), "/async");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text()).isEqualTo("page");
        assertThat(seen).containsExactly(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
    }

    @Test
    void aFailingFilterFailsTheDeployment() {
        WebApp app =
                context -> Servlets.filter(context, "failing", new FailingFilter(), EnumSet.of(DispatcherType.REQUEST));
        assertThatThrownBy(() -> container.deploy(app))
                .isInstanceOf(DeploymentFailed.class)
                .hasMessage("leaseSeconds=2: rejected");
    }

    @Test
    void aFailingServletFailsTheDeployment() {
        WebApp app = context -> context.addServlet("failing", new HttpServlet() {
                    private static final long serialVersionUID = 1;

                    @Override
                    public void init() throws ServletException {
                        throw new ServletException(new IllegalArgumentException("slots=0: rejected"));
                    }
                })
                .setLoadOnStartup(1);
        assertThatThrownBy(() -> container.deploy(app))
                .isInstanceOf(DeploymentFailed.class)
                .hasMessage("slots=0: rejected");
    }

    @Test
    void deploysOneApplicationAfterAnother() throws Exception {
        List<String> ended = new CopyOnWriteArrayList<>();
        container.deploy(context -> context.addServlet("first", new HttpServlet() {
                    private static final long serialVersionUID = 1;

                    @Override
                    public void destroy() {
                        ended.add("first");
                    }
                })
                .setLoadOnStartup(1));
        container.undeploy();
        assertThat(ended).containsExactly("first");
        container.deploy(
                context -> Servlets.servlet(context, "/second", (request, response) -> response.setStatus(204)));
        assertThat(RawHttpClient.get(container.uri(), "/second").status()).isEqualTo(204);
    }

    private static final class Probe implements Filter {

        private final List<DispatcherType> seen;

        Probe(List<DispatcherType> seen) {
            this.seen = seen;
        }

        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            seen.add(request.getDispatcherType());
            chain.doFilter(request, response);
        }
    }

    private static final class FailingFilter implements Filter {

        @Override
        public void init(FilterConfig config) throws ServletException {
            throw new ServletException("leaseSeconds=2: rejected");
        }

        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) {}
    }
}
