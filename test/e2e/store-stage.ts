import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../helpers/cli.ts';
import { cleanEnv } from '../helpers/packed.ts';

/** A write of a list as it arrived: the group, the members, and when. */
export interface Arrival {
  readonly group: string;
  readonly members: readonly string[];
  readonly at: number;
}

/** A ProGet without versions whose writes take effect when the test says. */
export interface SlowProget {
  readonly url: string;
  readonly groups: Map<string, readonly string[]>;
  readonly arrivals: Arrival[];
  /** Resolves when a write with that member arrives. */
  arrived(member: string): Promise<void>;
  /** How long a write works before it takes effect, milliseconds. */
  delayOf: (write: Arrival) => number;
  /** Called before the groups are answered. */
  onRead: () => Promise<void> | void;
  /** Resolves when nothing that was sent can take effect any more. */
  quiet(): Promise<void>;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

export async function serveSlowly(
  groups: readonly string[],
  users: readonly string[],
): Promise<SlowProget> {
  const lists = new Map<string, readonly string[]>(groups.map((name) => [name, ['first']]));
  const waiting = new Map<string, () => void>();
  let working = 0;
  const proget: Omit<SlowProget, 'url'> = {
    groups: lists,
    arrivals: [],
    delayOf: () => 20 + Math.random() * 100,
    onRead: () => undefined,
    arrived: (member) => new Promise((resolve) => void waiting.set(member, resolve)),
    async quiet() {
      while (working > 0) await sleep(20);
    },
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const send = (body: unknown): void => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(body));
      };
      void (async () => {
        if (request.url?.endsWith('/users/list') === true)
          return send(users.map((name) => ({ name })));
        if (request.method === 'GET') {
          await sleep(Math.random() * 10);
          await proget.onRead();
          return send([...lists].map(([name, members]) => ({ name, users: members })));
        }
        const { name: group, users: members } = JSON.parse(Buffer.concat(parts).toString()) as {
          name: string;
          users: string[];
        };
        const write = { group, members, at: performance.now() };
        proget.arrivals.push(write);
        for (const member of members) waiting.get(member)?.();
        working++;
        await sleep(proget.delayOf(write));
        working--;
        lists.set(group, members);
        send({ name: group, users: members });
      })();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(proget, { url: `http://127.0.0.1:${port}/` });
}

/** A machine: a state folder of its own, and a clock that may be wrong. */
export interface TestMachine {
  add(group: string, member: string, ...more: readonly string[]): AddRun;
}

export interface AddRun {
  readonly member: string;
  readonly group: string;
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly text: string }>;
}

/** @param clockOffMs by how much its clock is ahead, milliseconds */
export function machineOf(
  bin: string,
  proget: SlowProget,
  store: string | undefined,
  clockOffMs = 0,
): TestMachine {
  const folder = temporaryFolder();
  const clock = join(folder, 'clock.cjs');
  writeFileSync(clock, `const now = Date.now; Date.now = () => now() + ${clockOffMs};`);
  const env = cleanEnv({
    GROUPCTL_CONFIG_DIR: join(folder, 'config'),
    GROUPCTL_STATE_DIR: join(folder, 'state'),
    ...(store === undefined ? {} : { GROUPCTL_STORE: store }),
  });
  const nodeArgs = clockOffMs === 0 ? [] : ['--require', clock];
  return {
    add(group, member, ...more) {
      const args = [
        'security',
        'groups',
        'members',
        'add',
        `--name=${group}`,
        `--member=${member}`,
      ];
      const options = [`--source=${proget.url}`, '--api-key=abc12345', '--settle=0', ...more];
      const child = spawn(process.execPath, [...nodeArgs, bin, ...args, ...options], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let text = '';
      child.stdout.on('data', (part: Buffer) => (text += part.toString()));
      child.stderr.on('data', (part: Buffer) => (text += part.toString()));
      const ended = new Promise<{ code: number | null; text: string }>((resolve) => {
        child.on('close', (code) => resolve({ code, text }));
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      return { member, group, child, ended };
    },
  };
}

/** The members of runs that exited 0 and that are not in their group. */
export async function lostOf(proget: SlowProget, runs: readonly AddRun[]): Promise<string[]> {
  const lost: string[] = [];
  for (const { member, group, ended } of runs) {
    const { code } = await ended;
    await proget.quiet();
    if (code === 0 && proget.groups.get(group)?.includes(member) !== true) lost.push(member);
  }
  return lost;
}
