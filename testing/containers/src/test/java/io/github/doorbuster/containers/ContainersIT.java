package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.doorbuster.containers.ServletContainer.DeploymentFailed;
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

/** The ground that the other suites stand on. */
@OnEveryContainer
class ContainersIT {

    private final Product product;
    private final ServletContainer container;

    ContainersIT(Product product) {
        this.product = product;
        this.container = product.running();
    }

    @AfterEach
    void undeploy() {
        container.undeploy();
    }

    @Test
    void theContainerIsTheOneThatTheRunIsFor() throws Exception {
        AtomicReference<String> servletVersion = new AtomicReference<>();
        AtomicReference<String> serverInfo = new AtomicReference<>();
        container.deploy(context -> {
            servletVersion.set(context.getMajorVersion() + "." + context.getMinorVersion());
            serverInfo.set(context.getServerInfo());
        });
        assertThat(container.version()).startsWith(product.pinnedVersion());
        assertThat(serverInfo.get())
                .containsIgnoringCase(product.toString().split(" ")[0] + "/" + product.pinnedVersion());
        assertThat(servletVersion.get())
                .isEqualTo(product == Product.JETTY_12_0 || product == Product.TOMCAT_10_1 ? "6.0" : "6.1");
    }

    @Test
    void callsFiltersOnTheDispatchesTheyAreMappedTo() throws Exception {
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

        Wire.Answer answer = Wire.get(container.uri(), "/async");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text()).isEqualTo("page");
        assertThat(seen).containsExactly(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
    }

    @Test
    void aFilterThatRefusesToStartStopsTheDeploymentWithItsReason() {
        WebApp app =
                context -> Servlets.filter(context, "refusing", new Refusing(), EnumSet.of(DispatcherType.REQUEST));
        assertThatThrownBy(() -> container.deploy(app))
                .isInstanceOf(DeploymentFailed.class)
                .hasMessage("leaseSeconds=2: refused");
    }

    @Test
    void aServletThatRefusesToStartStopsTheDeploymentWithItsReason() {
        WebApp app = context -> context.addServlet("refusing", new HttpServlet() {
                    private static final long serialVersionUID = 1;

                    @Override
                    public void init() throws ServletException {
                        throw new ServletException("slots=0: refused");
                    }
                })
                .setLoadOnStartup(1);
        assertThatThrownBy(() -> container.deploy(app))
                .isInstanceOf(DeploymentFailed.class)
                .hasMessage("slots=0: refused");
    }

    @Test
    void anotherApplicationFollowsOneThatEnded() throws Exception {
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
        assertThat(Wire.get(container.uri(), "/second").status()).isEqualTo(204);
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

    private static final class Refusing implements Filter {

        @Override
        public void init(FilterConfig config) throws ServletException {
            throw new ServletException("leaseSeconds=2: refused");
        }

        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) {}
    }
}
