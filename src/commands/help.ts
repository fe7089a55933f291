import type { AppCommand } from '../cli/command.ts';
import { EXIT_CODE_LINES } from '../cli/exit-codes.ts';

/** `help`, `help <command words>` and the topics. Prints to standard output, exits 0. */
export function register(root: AppCommand, write: (text: string) => void): void {
  const help = root.command('help [topic...]');
  help.description('Help for a command, or about: exit-codes.');
  help.action((words: readonly string[]) => {
    if (words.join(' ') === 'exit-codes') {
      write(`${EXIT_CODE_LINES.join('\n')}\n`);
      return;
    }
    let command = root;
    for (const word of words) {
      const next = command.child(word);
      if (next === undefined) throw command.wrongWord(word);
      command = next;
    }
    // Not helpInformation(): the examples and codes of a verb are added by outputHelp alone.
    command.outputHelp();
  });
}
