import { type Group, groupWords } from '../../../domain/group.ts';
import {
  byGroup,
  groupsOf,
  type GroupSteps,
  isKeyFailure,
  isStepDone,
  listOf,
  type OffboardSource,
} from '../../../domain/offboard.ts';
import { keyWords } from '../../../domain/untouched.ts';
import { type FailureKind, gravest, type OutcomeError } from '../../../domain/outcome.ts';
import { GroupctlError } from '../../../errors.ts';

/** What kept an offboarding from being done, as one failure; undefined when all of it is. */
export function offboardFailure(
  sources: readonly OffboardSource[],
  interrupted: boolean,
): GroupctlError | undefined {
  const steps = sources.flatMap(stepsOf);
  const failed = steps.filter((step) => !step.done);
  const done = steps.length - failed.length;
  if (interrupted) {
    const said =
      steps.length === 0
        ? 'Interrupted; there was nothing to do.'
        : `Interrupted: ${done} of ${steps.length} steps done.`;
    const hint = failed.length === 0 ? undefined : AGAIN;
    return new GroupctlError('interrupted', said, { code: 'interrupted', hint });
  }
  const [first] = failed;
  if (first === undefined) return unrecordedFailure(sources);
  const standing = gravest(new Set(failed.map(({ kind }) => kind))) ?? first.kind;
  const { error, source } = failed.find(({ kind }) => kind === standing) ?? first;
  const kind = steps.some(({ isBegun }) => isBegun) ? 'partial' : standing;
  const why = error?.message ?? '';
  const names = failed.slice(0, NAMED).map(({ what }) => what);
  const list = `${names.join(', ')}${failed.length > NAMED ? ', …' : ''}`;
  const message =
    steps.length === 1 && error !== undefined
      ? why
      : `${failed.length} of ${steps.length} steps could not be done: ${list}. ${why}`.trim();
  return new GroupctlError(kind, message, {
    code: kind === 'partial' ? 'partial' : (error?.code ?? standing),
    hint: hasWritten(sources) ? trueHint(error?.hint, standing) : error?.hint,
    status: error?.status,
    requestId: error?.requestId,
    serverError: error?.serverError,
    details: error?.details,
    body: error?.body,
    source,
  });
}

function unrecordedFailure(sources: readonly OffboardSource[]): GroupctlError | undefined {
  for (const { source, unrecorded } of sources) {
    if (unrecorded === undefined) continue;
    const { code, hint, message } = unrecorded;
    return new GroupctlError('partial', message, { code, hint, source });
  }
  return undefined;
}

const AGAIN = 'Run the same command again: what is done stays done, and it goes on with the rest.';

/** How many failed steps are named in the sentence; the result has all of them. */
const NAMED = 5;

/** True if a server took anything, or may have. */
function hasWritten(sources: readonly OffboardSource[]): boolean {
  return sources.some(
    ({ groups, apiKeys }) =>
      groups.some(({ outcome }) => outcome === 'removed' || outcome === 'unknown') ||
      listOf(apiKeys).some(({ outcome }) => outcome === 'deleted' || outcome === 'unknown'),
  );
}

/** What may be otherwise the next time; a server that refuses will refuse again. */
const PASSING: ReadonlySet<FailureKind> = new Set(['network', 'server', 'safety']);

/** What is true of one group's run need not be true of all: "Nothing was written." */
function trueHint(hint: string | undefined, kind: FailureKind): string | undefined {
  const left = (hint ?? '').replaceAll(/Nothing was [^.]*\.\s*/g, '').trim();
  if (left !== '') return left;
  return PASSING.has(kind) ? AGAIN : undefined;
}

interface Step {
  readonly what: string;
  readonly source: string;
  readonly done: boolean;
  /** Some of it is done: of a group that spells the person twice one may be left. */
  readonly isBegun: boolean;
  readonly kind: FailureKind;
  readonly error?: OutcomeError | undefined;
}

/** Where nothing was to be done nothing is: only what was done makes the rest of it partial. */
function stepsOf({ source, state, groups, apiKeys, error }: OffboardSource): Step[] {
  const steps: Step[] = [
    ...byGroup(groups).map((each) => groupStep(each, groupsOf({ groups }), source)),
    ...listOf(apiKeys)
      .filter(({ outcome }) => outcome !== 'kept')
      .map((key) => ({
        what: `the API key ${keyWords(key)} on ${source}`,
        source,
        done: !isKeyFailure(key),
        isBegun: !isKeyFailure(key),
        kind: key.error?.kind ?? 'server',
        error: key.error,
      })),
  ];
  if (error !== undefined) {
    const what = state === 'not-reached' ? source : `the API keys on ${source}`;
    steps.push({ what, source, done: false, isBegun: false, kind: error.kind, error });
  }
  return steps;
}

function groupStep({ group, steps }: GroupSteps, all: readonly Group[], source: string): Step {
  const left = steps.filter((step) => !isStepDone(step));
  const [first] = left;
  return {
    what: `${groupWords(group, all)} on ${source}`,
    source,
    done: left.length === 0,
    isBegun: left.length < steps.length,
    kind: first?.error?.kind ?? (first?.outcome === 'unknown' ? 'safety' : 'server'),
    error: first?.error,
  };
}
