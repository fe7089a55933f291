import type { SandboxKind } from '../../src/sandbox/server.ts';
import type { Random } from './random.ts';

/** What a command asks the server for: anything else must not be written. */
export interface Asked {
  readonly group?: string;
  readonly adds?: readonly string[];
  readonly removes?: readonly string[];
  /** Creates or deletes the group itself. */
  readonly makes?: 'create' | 'delete';
}

export interface Command {
  readonly words: readonly string[];
  readonly stdin?: string;
  readonly asked: Asked;
}

const GROUPS = ['security', 'groups'];
const MEMBERS = [...GROUPS, 'members'];
const MEMBER = '--member=djones';

/** A group with more members than one page of Infisical's. */
export const BIG = 'Everybody';

type Make = (random: Random, kind: SandboxKind) => Command;

const add: Make = (random) => {
  const adds = random.pick([['jsmith'], ['jsmith', 'ajohnson'], ['JSmith', 'lchen', 'djones']]);
  const group = random.pick(['Developers', 'Engineers', BIG]);
  return {
    words: [...MEMBERS, 'add', `--name=${group}`, ...adds.map((name) => `--member=${name}`)],
    asked: { group, adds },
  };
};

const addUnchecked: Make = () => ({
  words: [...MEMBERS, 'add', '--name=QA', '--member=mbrown', '--no-user-check'],
  asked: { group: 'QA', adds: ['mbrown'] },
});

const remove: Make = (random) => {
  const removes = random.pick([['djones'], ['mbrown', 'djones']]);
  const group = random.pick(['Developers', BIG]);
  return {
    words: [...MEMBERS, 'remove', `--name=${group}`, ...removes.map((name) => `--member=${name}`)],
    asked: { group, removes },
  };
};

const sync: Make = (random) => {
  const isReal = random.chance(0.5);
  const options = isReal ? ['--yes', '--max-removal-percent=100'] : ['--dry-run'];
  return {
    words: [...MEMBERS, 'sync', '--name=Developers', '--file=-', ...options],
    stdin: 'djones\njsmith\nlchen\n',
    // Whoever the server says is a member beside these may go.
    asked: isReal ? { group: 'Developers', adds: ['djones', 'jsmith', 'lchen'], removes: [] } : {},
  };
};

const list: Make = (random) => ({
  words: [...MEMBERS, 'list', `--name=${random.pick(['Developers', 'QA', BIG])}`],
  asked: {},
});

const where: Make = () => ({ words: [...MEMBERS, 'where', MEMBER], asked: {} });

const offboard: Make = () => ({
  words: [...MEMBERS, 'offboard', MEMBER, '--dry-run'],
  asked: {},
});

const listGroups: Make = () => ({ words: [...GROUPS, 'list'], asked: {} });

const create: Make = () => ({
  words: [...GROUPS, 'create', '--name=Fresh Team'],
  asked: { group: 'Fresh Team', makes: 'create' },
});

const deleteGroup: Make = () => ({
  words: [...GROUPS, 'delete', '--name=Engineers'],
  asked: { group: 'Engineers', makes: 'delete' },
});

const health: Make = () => ({ words: ['health'], asked: {} });

const testSource: Make = () => ({ words: ['sources', 'test'], asked: {} });

const COMMANDS: readonly (readonly [number, Make])[] = [
  [6, add],
  [2, addUnchecked],
  [5, remove],
  [4, sync],
  [3, list],
  [2, where],
  [2, offboard],
  [2, listGroups],
  [2, create],
  [2, deleteGroup],
  [2, health],
  [1, testSource],
];

export function anyCommand(random: Random, kind: SandboxKind): Command {
  return random.weighted(COMMANDS)(random, kind);
}

/** How the result is asked for. */
export function anyOutput(random: Random): { words: readonly string[]; tty: boolean } {
  const format = random.pick([[], ['--json'], ['--json'], ['--output=csv']]);
  const more = random.pick([[], [], [], ['--verbose'], ['--quiet'], ['--show-body']]);
  return { words: [...format, ...more], tty: random.chance(0.3) };
}
