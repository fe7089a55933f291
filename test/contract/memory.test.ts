import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/http/deadline.ts';
import { directorySuite, type Subject } from './directory-suite.ts';
import { MemoryPerMember } from './memory-per-member.ts';
import { IDENTITY, MemoryServer, userNamed } from './memory-server.ts';
import { MemoryWholeList } from './memory-whole-list.ts';

const CLOCK: Clock = { now: () => Date.now(), random: () => 0.5, sleep: () => turn() };

function memory(Kind: typeof MemoryPerMember | typeof MemoryWholeList): Promise<Subject> {
  const server = new MemoryServer();
  return Promise.resolve({
    directory: new Kind(server, CLOCK),
    another: async () => new Kind(server, CLOCK),
    writes: async () => server.writes,
    loseAnswer: async () => void (server.losesAnswer = true),
    addTwins: async () => {
      const twins = ['Twin', 'TWIN'];
      server.users?.push(...twins);
      server.groups.set('Developers', [...server.members('Developers'), ...twins.map(userNamed)]);
    },
    hideUsers: async () => void (server.users = undefined),
    ...(Kind === MemoryPerMember ? { identity: IDENTITY } : {}),
    close: async () => undefined,
  });
}

directorySuite('memory, per member', () => memory(MemoryPerMember));
directorySuite('memory, whole list', () => memory(MemoryWholeList));
