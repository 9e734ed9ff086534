package dev.miniredis.command;

import java.util.ArrayList;
import java.util.List;

/**
 * A keyword of a usage line's options.
 *
 * @param values how many values follow it
 * @param bracket which bracket it stands in; of one bracket, only one keyword may be given
 */
record OptionWord(Keyword keyword, int values, int bracket) {

    /**
     * The keywords that a usage line allows after what must be there; none where one of them takes any number of values:
     * such a command walks its arguments itself.
     */
    static List<OptionWord> of(Syntax syntax) {
        List<OptionWord> words = new ArrayList<>();
        List<Argument> options = syntax.options();
        if (options.stream().anyMatch(Argument::multiple)) {
            return List.of();
        }
        for (int bracket = 0; bracket < options.size(); bracket++) {
            Argument option = options.get(bracket);
            boolean choice = option.type() == Argument.Type.ONEOF && option.token() == null;
            List<Argument> alternatives = choice ? option.children() : List.of(option);
            for (Argument alternative : alternatives) {
                words.add(new OptionWord(Keyword.valueOf(alternative.token()), alternative.words() - 1, bracket));
            }
        }
        return List.copyOf(words);
    }
}
