package dev.miniredis.command;

import java.util.ArrayList;
import java.util.List;

/**
 * A keyword of a usage line's options.
 *
 * @param values how many values follow it; {@link #REST} where all that follows belongs to it
 * @param bracket which bracket it stands in; of one bracket, only one keyword may be given
 */
record OptionWord(Keyword keyword, int values, int bracket) {
    /** All words up to the end of the request. */
    static final int REST = -1;

    /** The keywords that a usage line allows after what must be there, or after the values in brackets that may be. */
    static List<OptionWord> of(Syntax syntax) {
        List<OptionWord> words = new ArrayList<>();
        List<Argument> options = syntax.options();
        for (int bracket = 0; bracket < options.size(); bracket++) {
            Argument option = options.get(bracket);
            boolean choice = option.type() == Argument.Type.ONEOF && option.token() == null;
            List<Argument> alternatives = choice ? option.children() : List.of(option);
            for (Argument alternative : alternatives) {
                boolean takesRest = alternative.multiple() && !alternative.multipleToken();
                int values = takesRest ? REST : alternative.words() - 1;
                words.add(new OptionWord(Keyword.valueOf(alternative.token()), values, bracket));
            }
        }
        return List.copyOf(words);
    }

    /** How many words it takes of those that are left, itself included; 0 where they are too few. */
    int take(int left) {
        if (values == REST) {
            return left;
        }
        return left > values ? 1 + values : 0;
    }
}
