import { SUMMARIES } from '../cli/root-help.ts';
import type { AppCommand } from '../cli/command.ts';
import { helpWidth } from '../cli/help-page.ts';
import { nearestWord, harmlessWord } from '../cli/typed-word.ts';
import { wrongWordError } from '../cli/word-errors.ts';
import { usageError } from '../errors.ts';

/** `help`, `help <command words>` and the topics. Prints to standard output, exits 0. */
export function register(root: AppCommand, write: (text: string) => void): void {
  const help = root.command('help [topic...]');
  help.description(SUMMARIES.help);
  help.option('--all', 'of a command: all options, the JSON and the exit codes');
  help.action(async (words: readonly string[], { all = false }: { all?: boolean }) => {
    if (root.helpSettings !== undefined) root.helpSettings.all = all;
    const [first = '', ...more] = words;
    if (more.length === 0) {
      const { topicPage, TOPIC_NAMES } = await import('../cli/help-topics.ts');
      const page = topicPage(first, helpWidth(root.helpSettings?.columns));
      if (page !== undefined) return write(page);
      const isMissing = first !== '' && root.child(first) === undefined;
      const topic = nearestWord(first, TOPIC_NAMES);
      if (isMissing && topic !== undefined) {
        throw usageError(
          `There is no command or topic ${harmlessWord(first)}.`,
          `Did you mean: groupctl help ${topic}?`,
          'unknown-command',
        );
      }
      if (isMissing)
        throw wrongWordError(root, first, [first], ` Topics: ${TOPIC_NAMES.join(', ')}.`);
    }
    let command = root;
    for (const word of words) {
      const next = command.child(word);
      if (next === undefined) throw wrongWordError(command, word);
      command = next;
    }
    command.outputHelp();
  });
}
