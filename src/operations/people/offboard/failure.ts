import { firstOf } from '../../../domain/first-of.ts';
import {
  failuresOf,
  isKeyFailure,
  isRemoval,
  listOf,
  type OffboardSource,
} from '../../../domain/offboard.ts';
import { type FailureKind, gravest, type OutcomeError } from '../../../domain/outcome.ts';
import { factsOfRow, GroupctlError } from '../../../errors.ts';
import { sentences } from '../../../domain/sentences.ts';
import { keyWords } from '../../../output/results/account-words.ts';

/** What kept an offboarding from being done, as one failure; undefined when all of it is. */
export function offboardFailure(
  sources: readonly OffboardSource[],
  interrupted: boolean,
): GroupctlError | undefined {
  const steps = sources.flatMap(stepsOf);
  const failed = steps.filter((step) => !step.done);
  const done = steps.length - failed.length;
  if (interrupted) {
    const progress =
      steps.length === 0
        ? 'Interrupted; there was nothing to do.'
        : `Interrupted: ${done} of ${steps.length} steps done.`;
    const hint = failed.length === 0 ? undefined : AGAIN;
    const message = sentences(progress, unrecordedOf(sources)?.message);
    return new GroupctlError('interrupted', message, { code: 'interrupted', hint });
  }
  const [first] = failed;
  if (first === undefined) return unrecordedFailure(sources);
  const standing = gravest(new Set(failed.map(({ kind }) => kind))) ?? first.kind;
  const { error, source } = failed.find(({ kind }) => kind === standing) ?? first;
  const kind = steps.some(({ isBegun }) => isBegun) ? 'partial' : standing;
  const isPassing = error?.hint === undefined && hasWritten(sources) && PASSING.has(standing);
  const why = error?.message ?? '';
  const list = firstOf(failed, ({ what }) => what);
  const message =
    steps.length === 1 && error !== undefined
      ? why
      : `${failed.length} of ${steps.length} steps could not be done: ${list}. ${why}`.trim();
  return new GroupctlError(kind, sentences(message, unrecordedOf(sources)?.message), {
    code: kind === 'partial' ? 'partial' : (error?.code ?? standing),
    hint: error?.mayApply === true || isPassing ? AGAIN : error?.hint,
    ...factsOfRow(error),
    source,
  });
}

function unrecordedFailure(sources: readonly OffboardSource[]): GroupctlError | undefined {
  const unrecorded = unrecordedOf(sources);
  if (unrecorded === undefined) return undefined;
  const { code, hint, message, source } = unrecorded;
  return new GroupctlError('partial', message, { code, hint, source });
}

/** The first record that is not whole, though its changes are done. */
function unrecordedOf(
  sources: readonly OffboardSource[],
): (OutcomeError & { readonly source: string }) | undefined {
  for (const { source, unrecorded } of sources) {
    if (unrecorded !== undefined) return { ...unrecorded, source };
  }
  return undefined;
}

const AGAIN =
  'Run the same command again: what is done stays done, and it continues with the rest.';

/** True if a server accepted anything, or may have. */
function hasWritten(sources: readonly OffboardSource[]): boolean {
  return sources.some(
    ({ groups, apiKeys }) =>
      groups.some(({ outcomes }) =>
        outcomes.some((row) => isRemoval(row) || row.outcome === 'unknown'),
      ) || listOf(apiKeys).some(({ outcome }) => outcome === 'deleted' || outcome === 'unknown'),
  );
}

/** Failures that the next run may not meet; a server that refuses will refuse again. */
const PASSING: ReadonlySet<FailureKind> = new Set(['network', 'server', 'safety']);

interface Step {
  readonly what: string;
  readonly source: string;
  readonly done: boolean;
  /** Some of it is done: of a group that spells the person twice one may be left. */
  readonly isBegun: boolean;
  readonly kind: FailureKind;
  readonly error?: OutcomeError | undefined;
}

/** The groups, the keys to delete, and the source itself if it failed. */
function stepsOf({ source, state, groups, apiKeys, error }: OffboardSource): Step[] {
  const steps: Step[] = groups.map((removal) => {
    const failures = failuresOf(removal);
    const [first] = failures;
    return {
      what: `${removal.label} on ${source}`,
      source,
      done: failures.length === 0,
      isBegun: failures.length < removal.outcomes.length,
      kind: first?.error?.kind ?? (first?.outcome === 'unknown' ? 'safety' : 'server'),
      error: first?.error,
    };
  });
  for (const key of listOf(apiKeys)) {
    if (key.outcome === 'kept') continue;
    const done = !isKeyFailure(key);
    const what = `the API key ${keyWords(key)} on ${source}`;
    const kind = key.error?.kind ?? 'server';
    steps.push({ what, source, done, isBegun: done, kind, error: key.error });
  }
  if (error !== undefined) {
    const what = state === 'not-reached' ? source : `the API keys on ${source}`;
    steps.push({ what, source, done: false, isBegun: false, kind: error.kind, error });
  }
  return steps;
}
