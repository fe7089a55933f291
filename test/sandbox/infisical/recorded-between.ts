import {
  everybody,
  type Exchange,
  IDENTITIES,
  RECORDED,
  SECRET,
  step,
} from './recorded-company.ts';
import { Replay } from './recorded-replay.ts';

export type Step = () => Promise<void> | void;

/** The server of 2024 counted all group calls together, and logins by themselves. */
const LIMITED = { rateLimit: { all: 600, logins: 200 } };

/** The replay of 2024, with what its company was given on the way. */
export class OldReplay extends Replay {
  readonly exchanges: readonly Exchange[];

  constructor(stateFile: string, exchanges: readonly Exchange[], server: Replay['server']) {
    super(stateFile, server);
    this.exchanges = exchanges;
  }

  override async start(options: Parameters<Replay['start']>[0] = LIMITED): Promise<void> {
    await super.start(options);
  }

  /** The users there were up to a step. */
  async users(upTo: number): Promise<void> {
    const users = everybody(this.exchanges).filter((person) => step(person) <= upTo);
    await this.patch({ users });
  }

  /** The clients; the second one with what is said of it. */
  async clients(limited: object): Promise<void> {
    const { admin, member } = IDENTITIES;
    await this.patch({
      clients: [
        { clientId: RECORDED.clientId, identityId: admin.id, clientSecret: SECRET },
        {
          clientId: RECORDED.limitedClientId,
          identityId: member.id,
          clientSecret: SECRET,
          ...limited,
        },
      ],
    });
  }
}

const LOGIN = '/api/v1/auth/universal-auth/login';

/**
 * What happened before some of the recorded exchanges without being recorded, by their names. What
 * the exchanges that are left out did is among it.
 */
export function unrecorded(
  replay: OldReplay,
  exchanges: readonly Exchange[],
): Readonly<Record<string, Step>> {
  const wait = (seconds: number) => () => {
    replay.now += seconds * 1000;
  };
  const headers = (address: string) => ({
    Authorization: `Bearer ${replay.tokens.get('admin') ?? ''}`,
    'X-Forwarded-For': address,
  });

  /** So many calls from an address, whatever they are answered with. */
  const fill = async (method: string, path: string, address: string, times: number) => {
    const { Authorization, ...anybody } = headers(address);
    const sent = method === 'GET' ? { Authorization, ...anybody } : anybody;
    for (let n = 0; n < times; n += 1) await replay.ask(method, path, sent, '');
  };

  const addUser = async (group: string, user: string, method = 'POST') => {
    const created = exchanges.find(
      ({ request, response }) =>
        (request.body as { name?: string } | undefined)?.name === group && response.status === 200,
    );
    const { id } = created?.response.body as { id: string };
    const path = `/api/v1/groups/${replay.translated(id)}/users/${user}%40example.com`;
    const { status } = await replay.ask(method, path, headers('10.77.7.7'), '');
    if (status !== 200) throw new Error(`${method} ${user}: ${status}`);
  };

  const logIn = async (holder: string) => {
    const body = JSON.stringify({ clientId: RECORDED.clientId, clientSecret: SECRET });
    const sent = { 'Content-Type': 'application/json', 'X-Forwarded-For': '10.77.7.8' };
    const reply = await replay.ask('POST', LOGIN, sent, body);
    replay.tokens.set(holder, (reply.body as { accessToken: string }).accessToken);
  };

  return {
    'ratelimit.429.get': async () => {
      await fill('GET', '/api/v1/groups', '10.1.1.1', 599);
      replay.now += 4000;
    },
    'ratelimit.429.login': () => fill('POST', LOGIN, '10.1.1.3', 200),
    'ratelimit.429.get.before-wait': wait(1),
    'ratelimit.429.1s-early': wait(54),
    'ratelimit.after-waiting-retry-after': wait(1),
    'pathlen.40-umlauts-encoded (240+ chars encoded, 47 decoded)': () => replay.users(2),
    'concurrency.20-different.list-after': async () => {
      await replay.users(3);
      for (let n = 1; n <= 20; n += 1) await addUser('Platform Team', `conc${pad(n, 2)}`);
    },
    'concurrency.20-different-users-in-parallel': async () => {
      for (let n = 1; n <= 20; n += 1) await addUser('Platform Team', `conc${pad(n, 2)}`, 'DELETE');
    },
    'concurrency.20-removes-same-user-in-parallel': () => addUser('Platform Team', 'user21'),
    'login.short-ttl': () => replay.clients({ ttl: 2, maxTtl: 5 }),
    'token.ttl-expired.first-call (TTL 2 s over, max TTL not)': wait(3),
    'token.max-ttl-expired (JWT exp passed)': wait(3),
    'token.expired.login-with-expired-authorization-header': () => {
      replay.tokens.set('any', replay.tokens.get('shortttl') ?? '');
    },
    'login.uses-limit-3': () => {
      replay.tokens.delete('any');
      return replay.clients({ tokenUses: 3 });
    },
    'login.secret-uses-1.first': () => replay.clients({ secretUses: 1 }),
    'login.secret-ttl-over': () => replay.clients({ secretExpiresAt: replay.now }),
    'token.revoke': async () => {
      await replay.clients({});
      await logIn('revoked');
    },
    'timing.group.create': () => replay.users(4),
    'timing.list-after-adds': async () => {
      for (let n = 0; n < 200; n += 1) await addUser('Timing', `bulk${pad(n, 3)}`);
    },
    'unlicensed+development-mode.create': () => replay.start({ planLimited: true }),
    'login.ip-not-trusted': async () => {
      await replay.start();
      await replay.clients({ trustedIps: ['10.200.0.0/16'] });
    },
  };
}

/** A number with noughts before it. */
export function pad(n: number, length: number): string {
  return String(n).padStart(length, '0');
}
