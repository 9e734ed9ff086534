package dev.miniredis.server;

import dev.miniredis.notice.NoticeRecord;
import io.quarkus.logging.json.runtime.JsonFormatter;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.logging.Handler;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.LogContext;

/**
 * Writes lines of the server's log in JSON as Quarkus does, and adds to those of notices the name and the figures as
 * fields. Quarkus's formatter can only add the same fields to every line.
 */
final class NoticeFormatter extends ExtFormatter {
    private final JsonFormatter json;

    private NoticeFormatter(JsonFormatter json) {
        this.json = json;
    }

    /** Makes all handlers that write JSON use this formatter. */
    static void use() {
        Arrays.stream(rootHandlers()).forEach(NoticeFormatter::use);
    }

    private static void use(Handler handler) {
        if (handler.getFormatter() instanceof JsonFormatter formatter) {
            handler.setFormatter(new NoticeFormatter(formatter));
        }
        if (handler instanceof ExtHandler outer) {
            Arrays.stream(outer.getHandlers()).forEach(NoticeFormatter::use);
        }
    }

    /** Whether a handler uses this formatter. */
    static boolean isInUse() {
        return Arrays.stream(rootHandlers()).anyMatch(NoticeFormatter::uses);
    }

    private static boolean uses(Handler handler) {
        return handler.getFormatter() instanceof NoticeFormatter
                || handler instanceof ExtHandler outer
                        && Arrays.stream(outer.getHandlers()).anyMatch(NoticeFormatter::uses);
    }

    private static Handler[] rootHandlers() {
        return LogContext.getLogContext().getLogger("").getHandlers();
    }

    @Override
    public String format(ExtLogRecord line) {
        String text = json.format(line);
        return line.getResourceBundle() instanceof NoticeRecord record ? with(text, record) : text;
    }

    /** Inserts the fields of one object before the last brace of the other. */
    private static String with(String text, NoticeRecord record) {
        JsonObjectBuilder fields = Json.createObjectBuilder();
        record.fields().forEach((name, value) -> {
            switch (value) {
                case Long number -> fields.add(name, number);
                case Integer number -> fields.add(name, number);
                case BigDecimal number -> fields.add(name, number);
                default -> fields.add(name, value.toString());
            }
        });
        int end = text.lastIndexOf('}');
        return text.substring(0, end) + "," + fields.build().toString().substring(1) + text.substring(end + 1);
    }

    @Override
    public boolean isCallerCalculationRequired() {
        return json.isCallerCalculationRequired();
    }
}
