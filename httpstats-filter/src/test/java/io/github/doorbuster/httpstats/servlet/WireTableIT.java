package io.github.doorbuster.httpstats.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.UnavailableException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the filter records is what the client got, and once, whatever the application does. */
class WireTableIT {

    private final HttpStats stats = HttpStats.builder().build();
    private JettyApp app;

    @BeforeEach
    void start() throws Exception {
        app = new JettyApp();
        app.filter(new HttpStatsFilter(stats));
        app.servlet("/do/*", new Acting());
        app.errorPage(410, "/do/ERROR_PAGE_299");
        app.start();
    }

    @AfterEach
    void stop() throws Exception {
        app.stop();
    }

    enum Act {
        OK(200) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) throws IOException {
                response.getWriter().print("ok");
            }
        },
        THROW_UNCHECKED(500) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) {
                throw new IllegalStateException("as meant");
            }
        },
        THROW_ERROR(500) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) {
                throw new AssertionError("as meant");
            }
        },
        THROW_IO(500) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) throws IOException {
                throw new IOException("a backend's, not the client's");
            }
        },
        SET_STATUS_THEN_THROW(500) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) {
                response.setStatus(202);
                throw new IllegalStateException("as meant");
            }
        },
        SEND_ERROR(418) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) throws IOException {
                response.sendError(418);
            }
        },
        REDIRECT(302) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) throws IOException {
                response.sendRedirect("/elsewhere");
            }
        },
        FLUSH_THEN_THROW(201) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) throws IOException {
                response.setStatus(201);
                response.flushBuffer();
                throw new IllegalStateException("as meant");
            }
        },
        SET_STATUS_AFTER_FLUSH(200) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) throws IOException {
                response.flushBuffer();
                response.setStatus(500);
            }
        },
        RESET(200) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) {
                response.setStatus(404);
                response.reset();
            }
        },
        UNAVAILABLE(503) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) throws ServletException {
                throw new UnavailableException("for a while", 1);
            }
        },
        FORWARD(203) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {
                request.getRequestDispatcher("/do/SET_203").forward(request, response);
            }
        },
        INCLUDE(200) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {
                request.getRequestDispatcher("/do/OK").include(request, response);
            }
        },
        SET_203(203) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) {
                response.setStatus(203);
            }
        },
        ASYNC_COMPLETE(207) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) {
                AsyncContext async = request.startAsync();
                async.start(() -> {
                    response.setStatus(207);
                    async.complete();
                });
            }
        },
        ASYNC_COMPLETE_AT_ONCE(208) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) {
                AsyncContext async = request.startAsync();
                response.setStatus(208);
                async.complete();
            }
        },
        ASYNC_TIMEOUT(500) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) {
                request.startAsync().setTimeout(50);
            }
        },
        ASYNC_START_THEN_THROW(500) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) {
                request.startAsync();
                throw new IllegalStateException("as meant");
            }
        },
        ASYNC_DISPATCH(203) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) {
                request.startAsync().dispatch("/do/SET_203");
            }
        },
        ASYNC_DISPATCH_THEN_THROW(500) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) {
                request.startAsync().dispatch("/do/THROW_UNCHECKED");
            }
        },
        ASYNC_DISPATCH_THEN_START_AGAIN(207) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) {
                request.startAsync().dispatch("/do/ASYNC_COMPLETE");
            }
        },
        ASYNC_FLUSH_THEN_THROW(201) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {
                request.startAsync();
                FLUSH_THEN_THROW.run(request, response);
            }
        },
        ASYNC_TIMEOUT_AFTER_FLUSH(201) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) throws IOException {
                request.startAsync().setTimeout(50);
                response.setStatus(201);
                response.flushBuffer();
            }
        },
        ASYNC_DISPATCH_FLUSH_THEN_THROW(201) {
            @Override
            void run(HttpServletRequest request, HttpServletResponse response) {
                request.startAsync().dispatch("/do/FLUSH_THEN_THROW");
            }
        };

        final int onTheWire;

        Act(int onTheWire) {
            this.onTheWire = onTheWire;
        }

        abstract void run(HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException;
    }

    static final class Acting extends HttpServlet {

        private static final long serialVersionUID = 1;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException {
            // An included servlet sees the path of the including one, and its own in an attribute.
            Object included = request.getAttribute(RequestDispatcher.INCLUDE_PATH_INFO);
            String act = (included == null ? request.getPathInfo() : included.toString()).substring(1);
            switch (act) {
                case "ERROR_PAGE_299" -> response.setStatus(299);
                case "STREAM" -> {
                    response.setContentType("text/event-stream");
                    response.getWriter().print("data: 1\n\n");
                }
                case "LARGE" -> {
                    byte[] block = new byte[1 << 20];
                    for (int i = 0; i < 64; i++) {
                        response.getOutputStream().write(block);
                    }
                }
                case "ERROR_WITH_PAGE" -> response.sendError(410);
                default -> Act.valueOf(act).run(request, response);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theStatusRecordedIsTheOneOnTheWireAndIsRecordedOnce(Act act) throws Exception {
        int wire = app.status("/do/" + act);

        assertThat(wire).isEqualTo(act.onTheWire);
        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.statusCounts()).isEqualTo(Map.of(wire, 1L));
        assertThat(snapshot.latency().samples()).isEqualTo(1);
        assertThat(snapshot.routes().keySet()).containsExactly("/do/*");
        assertThat(snapshot.aborted()).isEqualTo(act.name().contains("FLUSH_THEN") ? 1 : 0);
    }

    @Test
    void anErrorPageOfItsOwnIsNotCountedAsASecondRequest() throws Exception {
        assertThat(app.get("/do/ERROR_WITH_PAGE").statusCode()).isEqualTo(299);

        assertThat(app.idle(stats).statusCounts()).isEqualTo(Map.of(410, 1L));
    }

    @Test
    void aClientThatLeavesDuringALargeAnswerIsAnAbort() throws Exception {
        app.leaveAfterTheHead("/do/LARGE");

        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.aborted()).isEqualTo(1);
        assertThat(snapshot.statusCounts()).isEqualTo(Map.of(200, 1L));
    }

    @Test
    void aStreamIsCountedAndHasNoResponseTime() throws Exception {
        app.get("/do/STREAM");

        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.streamed()).isEqualTo(1);
        assertThat(snapshot.count()).isEqualTo(1);
        assertThat(snapshot.latency().samples()).isZero();
    }

    @Test
    void aPathNoServletServesIsCountedAs404() throws Exception {
        assertThat(app.get("/nowhere/" + DispatcherType.ERROR).statusCode()).isEqualTo(404);

        assertThat(app.idle(stats).statusCounts()).isEqualTo(Map.of(404, 1L));
    }
}
