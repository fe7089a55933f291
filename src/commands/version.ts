import { SUMMARIES } from '../cli/root-help.ts';
import { addOutputOptions } from '../cli/options.ts';
import { verb } from '../cli/verb.ts';

interface Versions {
  readonly groupctl: string;
  readonly node: string;
  readonly configDir: string;
  readonly stateDir: string;
}

/** What a bug report needs. */
export const register = verb<object, Versions>({
  name: 'version',
  summary: SUMMARIES.version,
  options: addOutputOptions,
  examples: ['groupctl version', 'groupctl version --json'],
  json: '{"groupctl","node","configDir","stateDir"}',
  exitCodes: [[0, 'shown']],
  run: async (_, deps) => {
    const { config, state } = await deps.paths();
    const node = deps.nodeVersion ?? '';
    return { result: { groupctl: deps.version, node, configDir: config, stateDir: state } };
  },
  present: async () => (versions) => ({
    json: versions,
    csv: { columns: Object.keys(versions), rows: [Object.values(versions) as string[]] },
    human: () => [
      `groupctl ${versions.groupctl}`,
      `Node.js  ${versions.node}`,
      `config   ${versions.configDir}`,
      `state    ${versions.stateDir}`,
    ],
  }),
});
