import type { Deps } from '../../../cli/deps.ts';
import { nameOfPerson } from '../../../domain/group.ts';
import { listOf } from '../../../domain/offboard.ts';
import { GroupctlError, isGroupctlError, declinedError, type ErrorFacts } from '../../../errors.ts';
import { holdingLines } from '../../../output/results/offboard-preview.ts';
import { placeLine } from '../../../output/results/plan.ts';
import type { FoundAccount } from './look-up.ts';
import { hiddenGroupWords } from '../person.ts';
import type { FailedServer } from '../servers.ts';
import { counted } from '../../../domain/counted.ts';
import { inQuotes } from '../../../domain/shorten.ts';

/** What is shown and asked before anybody is taken out of anything. */

interface ConfirmOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly journal?: boolean;
  readonly keys?: boolean;
  readonly allSources?: boolean;
}

/** Where the name was found, and where it could not be looked for. */
interface LookupSummary {
  readonly found: readonly FoundAccount[];
  readonly missed: readonly FailedServer[];
}

/**
 * Shows what each account has, and what is unknown; a dry run shows it as its result. A person who is
 * asked about it sees it whatever the result is printed as.
 */
export async function showAccounts(
  summary: LookupSummary,
  isMapped: boolean,
  options: ConfirmOptions,
  deps: Deps,
): Promise<void> {
  const { isTTY } = deps.io.stderr;
  // A person checks first which servers these are.
  const places = (isTTY ? summary.found : []).map(({ connection }) => {
    const { name, url } = connection.source;
    return placeLine({ source: name, url }, undefined);
  });
  if (options.dryRun === true) {
    if (deps.io.stdout.isTTY) deps.show(places);
    return;
  }
  const asks = options.yes !== true || needsIdentityCheck(summary, isMapped);
  const lines: string[] = [];
  for (const found of summary.found) {
    const { source, person, holdings } = found;
    const groups = found.groups.map(({ label }) => label);
    // A user name says little about who it is.
    const who = asks && isTTY ? await describedBy(found) : '';
    const hidden = person.hiddenGroups.map((group) =>
      hiddenGroupWords(group, options.allSources ? source : undefined),
    );
    lines.push(...holdingLines(source, person, who, groups, holdings), ...hidden);
  }
  for (const { source, error } of summary.missed) {
    lines.push(`${source} was not reached: ${error.message}`);
  }
  if (asks) deps.show([...places, ...lines]);
  else for (const line of lines) deps.warn(line);
}

function needsIdentityCheck({ found, missed }: LookupSummary, isMapped: boolean): boolean {
  return found.length + missed.length > 1 && !isMapped;
}

interface ConfirmedAccounts {
  /** Those who are the person who is meant. */
  readonly meant: readonly FoundAccount[];
  /** What keeps a real run from its first write; a dry run shows every match all the same. */
  readonly doubt?: GroupctlError;
}

/**
 * A name on several sources may be several people: each match is asked for. One that was not reached
 * may be where the person is, and the match somebody else.
 *
 * @throws usage (2) `map-needed` where groupctl cannot ask
 */
export async function confirmIdentity(
  summary: LookupSummary,
  isMapped: boolean,
  { dryRun }: ConfirmOptions,
  deps: Deps,
): Promise<ConfirmedAccounts> {
  const { found } = summary;
  if (!needsIdentityCheck(summary, isMapped)) return { meant: found };
  if (dryRun === true)
    return { meant: found, doubt: mapNeededError(summary, { hint: `${MAP_HINT} ${REAL_RUN}` }) };
  const meant: FoundAccount[] = [];
  for (const each of found) {
    if (await isMeant(each, summary, deps)) meant.push(each);
  }
  if (meant.length === 0) throw declinedError();
  return { meant };
}

async function isMeant(found: FoundAccount, summary: LookupSummary, deps: Deps): Promise<boolean> {
  const { source, person } = found;
  try {
    const who = `${person.member}${await describedBy(found)}`;
    const question = `Is ${who} on ${source} the person you mean?${notReachedNote(summary)}`;
    return await deps.confirm(question, '--map');
  } catch (error) {
    if (!isGroupctlError(error) || error.code !== 'confirmation-needed') throw error;
    throw mapNeededError(summary, { nothingWritten: true });
  }
}

/** What the server tells besides the user name, which says little about who it is. */
async function describedBy({ connection, person }: FoundAccount): Promise<string> {
  const { member, memberships } = person;
  const listed = memberships.find(({ user }) => user !== undefined)?.user;
  const user = listed ?? (await connection.directory.accounts?.describe(member));
  if (user === undefined) return '';
  const facts = [nameOfPerson(user), user.email ?? ''].filter(
    (each) => each !== '' && each !== member,
  );
  return facts.length === 0 ? '' : ` (${facts.join(', ')})`;
}

const MAP_HINT =
  'Tell groupctl which accounts belong to one person with --map=people.csv (a column for each source), or choose one source with --source.';
const REAL_RUN = 'Without it, groupctl asks about each one on a terminal.';

function mapNeededError({ found, missed }: LookupSummary, facts: ErrorFacts): GroupctlError {
  const sources = found.map(({ source }) => source);
  const notReached = missed.map(({ source }) => source);
  const some = sources.length === 1 ? 'the source' : `${sources.length} sources`;
  const on = sources.length === 1 ? sources.join('') : `(${sources.join(', ')})`;
  const but = notReached.length === 0 ? '' : `; ${notReached.join(', ')} could not be asked`;
  const who = found[0]?.person.member ?? '';
  return new GroupctlError(
    'usage',
    `The name ${inQuotes(who)} exists on ${some} ${on}, and may not be the same person${but}.`,
    {
      code: 'map-needed',
      hint: MAP_HINT,
      details: notReached.length === 0 ? { sources } : { sources, notReached },
      ...facts,
    },
  );
}

/** For a question: silence about a source must not pass for "not there". */
function notReachedNote({ missed }: Pick<LookupSummary, 'missed'>): string {
  if (missed.length === 0) return '';
  return ` (${missed.map(({ source }) => source).join(', ')}: not reached)`;
}

/** What keeps it from being recorded, where there is anything to do: `state-not-writable` (2). */
export async function journalFailure(
  found: readonly FoundAccount[],
  options: ConfirmOptions,
  deps: Deps,
): Promise<GroupctlError | undefined> {
  const { groups, keys } = workFor(found, options);
  if (groups + keys === 0) return undefined;
  for (const { connection } of found) {
    const problem = await deps.journalProblem(connection.source, options);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/**
 * Asks once for all of it, where there is anything to do.
 *
 * @throws safety (8) `declined`; usage (2) `confirmation-needed` where groupctl cannot ask
 */
export async function confirmOffboard(
  found: readonly FoundAccount[],
  missed: readonly FailedServer[],
  options: ConfirmOptions,
  deps: Deps,
): Promise<void> {
  if (options.dryRun === true) return;
  const { groups, keys } = workFor(found, options);
  if (groups + keys === 0) return;
  if (keys > 0) deps.warn('Deleting an API key cannot be undone.');
  if (options.yes === true) return;
  const who = [...new Set(found.map(({ person }) => person.member))].join(', ');
  const where = found.map(({ source }) => source).join(', ');
  const parts = [
    ...(groups === 0 ? [] : [`remove from ${counted(groups, 'group')}`]),
    ...(keys === 0 ? [] : [`delete ${counted(keys, 'API key')} for good`]),
  ];
  const question = `Offboard ${who} on ${where}: ${parts.join(', ')}?${notReachedNote({ missed })}`;
  if (!(await deps.confirm(question, '--yes'))) throw declinedError();
}

function workFor(
  found: readonly FoundAccount[],
  { keys }: ConfirmOptions,
): { groups: number; keys: number } {
  return {
    groups: found.flatMap(({ groups }) => groups).length,
    keys: keys === true ? found.flatMap(({ holdings }) => listOf(holdings.apiKeys)).length : 0,
  };
}
