import { setImmediate as turn } from 'node:timers/promises';
import { Agent } from 'undici';
import { onTestFinished } from 'vitest';
import type { ChangeOptions } from '../../../src/backends/change-port.ts';
import type { GroupDirectory } from '../../../src/backends/port.ts';
import { openBackend } from '../../../src/backends/registry.ts';
import type { MemberChange } from '../../../src/domain/change.ts';
import type { MemberOutcome } from '../../../src/domain/outcome.ts';
import type { Credentials } from '../../../src/domain/source.ts';
import type { GroupctlError } from '../../../src/errors.ts';
import { type Clock, Deadline } from '../../../src/http/deadline.ts';
import { Redactor } from '../../../src/http/redact.ts';
import { UNCONTESTED_LOCK } from '../../helpers/lock.ts';
import { serve, type TestServer } from '../../helpers/server.ts';
import { type FakeInfisical, TOKEN } from './fake.ts';

/** Time that passes when somebody waits for it, and not otherwise. */
export class TestClock implements Clock {
  time = Date.parse('2026-01-01T00:00:00Z');
  sleeps: number[] = [];

  now = (): number => this.time;
  random = (): number => 0.5;

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(ms);
    const due = this.time + ms;
    await turn();
    signal?.throwIfAborted();
    this.time = Math.max(this.time, due);
  }
}

export interface Opened {
  readonly directory: GroupDirectory;
  readonly clock: TestClock;
  readonly warnings: string[];
  readonly server: TestServer;
  readonly waits: number[];
  readonly abort: AbortController;
  readonly bodies: string[];
}

export interface OpenOptions {
  readonly credentials?: Credentials | undefined;
  readonly concurrency?: number;
  readonly clock?: TestClock;
  readonly deadlineMs?: number;
  readonly timeoutMs?: number;
  readonly organizationSlug?: string | undefined;
}

/** The backend against a fake server, with a clock that does not wait. */
export async function open(fake: FakeInfisical, options: OpenOptions = {}): Promise<Opened> {
  const server = await serve(fake.handler());
  return await openAt(server, options);
}

export async function openAt(server: TestServer, options: OpenOptions = {}): Promise<Opened> {
  const clock = options.clock ?? new TestClock();
  const abort = new AbortController();
  const deadline = new Deadline(clock, options.deadlineMs);
  const warnings: string[] = [];
  const waits: number[] = [];
  const bodies: string[] = [];
  const redactor = new Redactor();
  const credentials =
    'credentials' in options ? options.credentials : ({ type: 'api-key', apiKey: TOKEN } as const);
  const directory = await openBackend({
    source: {
      name: 'test',
      kind: 'infisical',
      url: server.url,
      ...(credentials === undefined ? {} : { credentials }),
      ...(options.organizationSlug === undefined
        ? {}
        : { organizationSlug: options.organizationSlug }),
    },
    baseUrl: server.url,
    userAgent: 'groupctl/test',
    clock,
    deadline,
    settleMs: 0,
    settleLimitMs: 60_000,
    redact: (text) => redactor.clean(text),
    lock: () => Promise.resolve(UNCONTESTED_LOCK),
    trace: () => undefined,
    warn: (message) => warnings.push(message),
    holdsSecret: () => false,
    secret: (secret) => redactor.add(secret),
    onGroups: () => undefined,
    concurrency: options.concurrency ?? 8,
    http: {
      timeoutMs: options.timeoutMs ?? 20_000,
      deadline,
      clock,
      signal: abort.signal,
      openRoute: () => Promise.resolve({ agent: new Agent() }),
      onWait: (ms) => waits.push(ms),
      onBody: (body) => bodies.push(body),
    },
  });
  onTestFinished(() => directory.close());
  return { directory, clock, warnings, server, waits, abort, bodies };
}

export function adds(...members: string[]): MemberChange[] {
  return members.map((member) => ({ op: 'add', type: 'user', member, requested: member }));
}

export function removes(...members: string[]): MemberChange[] {
  return members.map((member) => ({ op: 'remove', type: 'user', member, requested: member }));
}

export interface Changed {
  readonly rows: MemberOutcome[];
  readonly intents: string[];
  /** `member outcome verified` of each row, in the order of the changes. */
  readonly said: string[];
}

/** Finds a group and changes it. */
export async function change(
  { directory, warnings, abort }: Opened,
  groupName: string,
  changes: readonly MemberChange[],
  options: Partial<ChangeOptions> = {},
): Promise<Changed> {
  const group = await directory.findGroup(groupName);
  const rows: MemberOutcome[] = [];
  const intents: string[] = [];
  const outcomes = directory.changeMembers(group, changes, {
    dryRun: false,
    signal: abort.signal,
    beforeSend: ({ call, changes: sent }) => {
      intents.push(`${call} ${sent.map(({ member }) => member).join()}`);
      return Promise.resolve();
    },
    verifyBase: () => undefined,
    warn: (message) => warnings.push(message),
    ...options,
  });
  for await (const known of outcomes) rows.push(...known);
  const place = (row: MemberOutcome): number =>
    changes.findIndex(({ requested }) => requested === row.requested);
  const said = [...rows]
    .sort((a, b) => place(a) - place(b))
    .map(({ member, outcome, verified }) => `${member} ${outcome}${verified ? ' verified' : ''}`);
  return { rows, intents, said };
}

/** What a promise is rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<GroupctlError> {
  try {
    await promise;
  } catch (error) {
    return error as GroupctlError;
  }
  throw new Error('It was not rejected.');
}
