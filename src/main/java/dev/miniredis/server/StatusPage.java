package dev.miniredis.server;

import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The page for people at {@code /} of the management port: three small files, and the figures that their script asks
 * for once a second ({@link StatusFigures}). It is read-only, and shows nothing of the data or of clients.
 */
@Singleton
final class StatusPage {
    /** Only its own script, style and figures; never in a frame. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";

    private final Settings settings;
    private final StatusFigures figures;

    StatusPage(Settings settings, StatusFigures figures) {
        this.settings = settings;
        this.figures = figures;
    }

    void add(@Observes ManagementInterface management) {
        if (settings.statusPage()) {
            Router router = management.router();
            addFile(router, "/", "index.html", "text/html; charset=utf-8");
            addFile(router, "/status.css", "status.css", "text/css; charset=utf-8");
            addFile(router, "/status.js", "status.js", JAVASCRIPT);
            router.get("/status.json")
                    .blockingHandler( // it waits for the engine's thread
                            request -> answer(request, "application/json")
                                    .end(figures.now().toBuffer()),
                            false);
        }
    }

    /** Reads the file at each request, since the page is rarely used and should take no memory. */
    private static void addFile(Router router, String path, String name, String type) {
        router.get(path).handler(request -> answer(request, type).end(Buffer.buffer(read(name))));
    }

    private static byte[] read(String name) {
        try (InputStream file = StatusPage.class.getResourceAsStream("status/" + name)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpServerResponse answer(RoutingContext request, String type) {
        return request.response()
                .putHeader("Content-Type", type)
                .putHeader("Cache-Control", "no-store")
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer");
    }
}
