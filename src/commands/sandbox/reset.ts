import { join } from 'node:path';
import type { Deps } from '../../cli/deps.ts';
import { type VerbResult, verb } from '../../cli/verb.ts';
import { addOutputOptions } from '../../cli/options.ts';
import type { ResetResult } from '../../output/results/sandbox.ts';

export const register = verb<object, ResetResult>({
  name: 'reset',
  summary: 'Put the sandbox back to the company it starts with.',
  options: addOutputOptions,
  examples: ['groupctl sandbox reset'],
  json: '{"path"}',
  exitCodes: [
    [0, 'reset'],
    [2, 'the state folder cannot be written'],
  ],
  run,
  present: async () => (await import('../../output/results/sandbox.ts')).presentReset,
});

/** Writes the seed over whatever the sandbox held. */
export async function run(_options: object, deps: Deps): Promise<VerbResult<ResetResult>> {
  const { resetSandbox } = await import('../../sandbox/state.ts');
  const path = join((await deps.paths()).state, 'sandbox.json');
  try {
    await resetSandbox(path);
  } catch (error) {
    const { sandboxFailure } = await import('../../cli/sandbox-failure.ts');
    throw sandboxFailure(error, path);
  }
  return { result: { path } };
}
