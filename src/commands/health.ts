import { SUMMARIES } from '../cli/root-help.ts';
import type { Deps, ServerOptions } from '../cli/deps.ts';
import { type VerbResult, verb } from '../cli/verb.ts';
import { addServerOptions, SERVER_EXIT_CODES } from '../cli/options.ts';
import type { HealthResult } from '../output/results/health.ts';
import { healthFailure } from '../operations/health-failure.ts';
import { withConnection } from '../operations/with-connection.ts';

export type Options = ServerOptions;

export const register = verb<Options, HealthResult>({
  name: 'health',
  summary: SUMMARIES.health,
  options: addServerOptions,
  examples: ['groupctl health', 'groupctl health --source=https://proget.corp.local/'],
  json: '{"source","healthy","product","release"?,"version"?,"parts":[{"name","ok","status","details"?}]}',
  exitCodes: SERVER_EXIT_CODES,
  run,
  present: async () => (await import('../output/results/health.ts')).presentHealth,
});

/** A server's health page; a server that is not well exits 1 with the page shown. */
export async function run(options: Options, deps: Deps): Promise<VerbResult<HealthResult>> {
  return await withConnection(options, deps, async ({ source, directory }) => {
    const health = await directory.health();
    return { result: { source: source.name, health }, failure: healthFailure(health, source.name) };
  });
}
