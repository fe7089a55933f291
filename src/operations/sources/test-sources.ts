import type { Deps, ServerOptions } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { gravest } from '../../domain/outcome.ts';
import { storeKeyCommand } from '../no-credentials.ts';
import { describeSource, type Source } from '../../domain/source.ts';
import { asGroupctlError, GroupctlError, interruptedError, onSource } from '../../errors.ts';
import type { SourceTest } from '../../output/results/health.ts';
import { chooseSource, isSandbox } from '../../state/sources/choose.ts';
import { healthFailure } from '../health-failure.ts';
import { closeQuietly, withoutApiError } from '../with-connection.ts';
import { sentences } from '../../domain/sentences.ts';
import { inQuotes } from '../../domain/shorten.ts';

export interface TestOptions extends Pick<ServerOptions, 'timeout' | 'deadline' | 'showBody'> {
  readonly name?: string;
}

/** Tests the sources one after the other. */
export async function testSources(
  options: TestOptions,
  deps: Deps,
): Promise<VerbResult<SourceTest[]>> {
  const sources = await chosen(options.name?.trim(), deps);
  const tests: SourceTest[] = [];
  for (const source of sources) {
    if (deps.signal.aborted) throw interruptedError();
    tests.push(await test(source, options, deps));
  }
  return { result: tests, failure: testFailure(tests) };
}

async function chosen(name: string | undefined, deps: Deps): Promise<readonly Source[]> {
  if (name !== undefined) {
    return [await chooseSource({ source: name }, {}, () => deps.sources())];
  }
  const sources = (await deps.sources()).list();
  if (sources.length > 0) return sources;
  throw new GroupctlError('usage', 'There are no sources to test.', {
    code: 'no-source',
    hint: 'Add one with: groupctl sources add',
  });
}

async function test(source: Source, options: TestOptions, deps: Deps): Promise<SourceTest> {
  try {
    const connection = await deps.connectToSource(source, options);
    try {
      const health = await connection.directory.health();
      const sick = healthFailure(health, source.name);
      if (sick !== undefined) return { source: source.name, ok: false, health, error: sick };
      // A server is healthy for anybody; whether the key works is what a test is for.
      if (describeSource(source).auth === 'none' && !isSandbox(source)) {
        return { source: source.name, ok: false, health, error: noCredentialsError(source) };
      }
      const isTaken = await connection.directory.checkAccess();
      return { source: source.name, ok: true, health, access: isTaken ?? null };
    } finally {
      await closeQuietly(connection, deps);
    }
  } catch (error) {
    const failure = asGroupctlError(error);
    if (failure.kind === 'interrupted') throw failure;
    return {
      source: source.name,
      ok: false,
      error: onSource(withoutApiError(failure, source), source.name),
    };
  }
}

function noCredentialsError({ name }: Source): GroupctlError {
  return new GroupctlError('unauthorized', `The source ${inQuotes(name)} has no credentials.`, {
    code: 'no-credentials',
    hint: `Store some with: ${storeKeyCommand(name)}`,
    source: name,
  });
}

/** Some failed: partly done (7). All: the one kind, or of several the gravest (docs/exit-codes.md). */
function testFailure(tests: readonly SourceTest[]): GroupctlError | undefined {
  const failed = tests.flatMap(({ error }) => (error === undefined ? [] : [error]));
  const [first] = failed;
  if (first === undefined) return undefined;
  if (tests.length === 1) return first;
  const message = `${failed.length} of ${tests.length} sources failed the test.`;
  // A common mistake with servers of two kinds.
  const hints = failed.filter(({ code }) => code === 'not-proget').map((error) => error.hint ?? '');
  const hint = hints.length === 0 ? undefined : sentences(...hints);
  if (failed.length < tests.length)
    return new GroupctlError('partial', message, { code: 'partial', hint });
  const kind = gravest(new Set(failed.map((error) => error.kind))) ?? first.kind;
  const { code } = failed.find((error) => error.kind === kind) ?? first;
  return new GroupctlError(kind, message, { code, hint });
}
