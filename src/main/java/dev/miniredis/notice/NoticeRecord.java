package dev.miniredis.notice;

import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ResourceBundle;

/**
 * A notice with the values of its fields, for the formatter of the log. It is a resource bundle only because the JDK's
 * loggers pass one on with every message; it translates nothing.
 */
public final class NoticeRecord extends ResourceBundle {
    private final Notice notice;
    private final Object[] values;

    NoticeRecord(Notice notice, Object... values) {
        this.notice = notice;
        this.values = values.clone();
    }

    /** {@code event} and the fields in order, without empty ones. Numbers stay numbers. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("event", notice.event());
        for (int i = 0; i < values.length; i++) {
            Object value = values[i] instanceof Number ? values[i] : String.valueOf(values[i]);
            if (!value.equals("")) {
                fields.put(notice.fields().get(i), value);
            }
        }
        return fields;
    }

    /** The sentence with the values filled in. */
    String sentence() {
        return notice.sentence(values);
    }

    @Override
    protected Object handleGetObject(String key) {
        return key;
    }

    @Override
    public Enumeration<String> getKeys() {
        return Collections.emptyEnumeration();
    }
}
