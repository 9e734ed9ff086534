package dev.miniredis.notice;

import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ResourceBundle;

/**
 * A notice with its figures, on its way through the logging. A resource bundle, because that is what the JDK's loggers
 * carry along with a message whether there is an exception or not. It translates nothing; whoever formats the line finds
 * the figures here.
 */
public final class NoticeRecord extends ResourceBundle {
    private final Notice notice;
    private final Object[] values;

    NoticeRecord(Notice notice, Object... values) {
        this.notice = notice;
        this.values = values.clone();
    }

    /** {@code event} and the figures, in their order; those that are empty are left out. Numbers are numbers. */
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

    /** The sentence, with the figures in their places. */
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
