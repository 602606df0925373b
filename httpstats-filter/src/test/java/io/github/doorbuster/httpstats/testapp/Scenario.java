package io.github.doorbuster.httpstats.testapp;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.UnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** What an application does with a request, and the status that the client gets. */
public enum Scenario {
    OK(200) {
        @Override
        void run(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().print("ok");
        }
    },
    THROW_UNCHECKED(500) {
        @Override
        void run(HttpServletRequest request, HttpServletResponse response) {
            throw new IllegalStateException("intended");
        }
    },
    THROW_ERROR(500) {
        @Override
        void run(HttpServletRequest request, HttpServletResponse response) {
            throw new AssertionError("intended");
        }
    },
    THROW_IO(500) {
        @Override
        void run(HttpServletRequest request, HttpServletResponse response) throws IOException {
            throw new IOException("backend");
        }
    },
    SET_STATUS_THEN_THROW(500) {
        @Override
        void run(HttpServletRequest request, HttpServletResponse response) {
            response.setStatus(202);
            throw new IllegalStateException("intended");
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
            throw new IllegalStateException("intended");
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
            request.startAsync().setTimeout(200);
            throw new IllegalStateException("intended");
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
            request.startAsync().setTimeout(200);
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

    /** The status that the client gets. */
    public final int status;

    Scenario(int status) {
        this.status = status;
    }

    abstract void run(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException;
}
