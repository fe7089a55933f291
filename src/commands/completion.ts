import { SUMMARIES } from '../cli/root-help.ts';
import { addOutputOptions } from '../cli/options.ts';
import { SHELLS } from '../cli/shells.ts';
import { verb } from '../cli/verb.ts';
import { usageError } from '../errors.ts';

export interface Options {
  readonly shell: string;
}

export const register = verb<Options, string>({
  name: 'completion',
  summary: SUMMARIES.completion,
  argument: {
    name: 'shell',
    description: SHELLS.join(', '),
    hint: `Choose ${SHELLS.join(', ')}.`,
  },
  options: addOutputOptions,
  examples: [
    'groupctl completion bash > ~/.local/share/bash-completion/completions/groupctl',
    'groupctl completion zsh > ~/.zfunc/_groupctl',
    'groupctl completion fish > ~/.config/fish/completions/groupctl.fish',
    'groupctl completion powershell | Out-String | Invoke-Expression',
  ],
  exitCodes: [
    [0, 'printed'],
    [2, 'usage'],
  ],
  run: async ({ shell }) => ({ result: await scriptOf(shell) }),
  present: async () => (script) => ({
    json: { script },
    csv: { columns: ['script'], rows: [[script]] },
    human: () => script.trimEnd().split('\n'),
  }),
});

async function scriptOf(shell: string): Promise<string> {
  const found = SHELLS.find((name) => name === shell.toLowerCase());
  if (found !== undefined) {
    return (await import('../cli/completion-scripts.ts')).SCRIPTS[found];
  }
  throw usageError('There is no completion for that shell.', `Choose ${SHELLS.join(', ')}.`);
}
