import type { Routes } from '../../src/sandbox/http.ts';
import { infisicalRoutes } from '../../src/sandbox/infisical/routes-index.ts';
import { SANDBOX_CLIENT } from '../../src/sandbox/infisical/seed.ts';
import { completeLists } from '../../src/sandbox/infisical/patch.ts';
import type { SandboxState, StateStore } from '../../src/sandbox/model.ts';
import { proGetRoutes } from '../../src/sandbox/proget/routes.ts';
import { seedState } from '../../src/sandbox/seed.ts';
import type { SandboxKind } from '../../src/sandbox/server.ts';
import { memoryState } from '../../src/sandbox/state.ts';
import { BIG } from './commands.ts';
import type { Random } from './random.ts';

/** The right answers: the sandbox's, for a company with one group that takes several pages. */

const MANY = 130;

let seeded: SandboxState | undefined;

function seed(): SandboxState {
  const state = seedState();
  const { proget, infisical } = state;
  const names = Array.from({ length: MANY }, (_, at) => `user-${String(at).padStart(3, '0')}`);
  proget.users.push(...names.map((name) => ({ name })));
  proget.groups.push({ name: BIG, users: [...names, 'djones', 'mbrown'], note: { a: [1] } });
  const users = [
    ...infisical.users,
    ...names.map((username, at) => ({ username, firstName: `First ${at % 3}` })),
  ];
  const groups = [{ name: BIG, members: [...names, 'djones', 'mbrown'] }];
  const lists = completeLists(infisical, { users, groups });
  infisical.users = lists['users'] as typeof infisical.users;
  infisical.groups.push(...(lists['groups'] as typeof infisical.groups));
  return state;
}

/** The company at its beginning; some ProGet servers do not tell who is in a group. */
export function company(random: Random): StateStore {
  const state = structuredClone((seeded ??= seed()));
  if (random.chance(0.1)) for (const group of state.proget.groups) group.users = null;
  return memoryState(state);
}

export function routesOf(kind: SandboxKind, random: Random, clock: () => number): Routes {
  if (kind === 'proget') return proGetRoutes;
  const generation = random.chance(0.3) ? '2024-10' : 'current';
  return infisicalRoutes({ generation, clock });
}

/** Keys with characters that are written in several ways, and some that stand in every answer. */
const KEYS = ["F7+k&y<9'x/=pq", 'plain-key-0001', '60000', 'a%2Fb"c\\d', 'true'];

/** How a run shows who it is, and what of that must not get out. */
export interface Login {
  readonly words: readonly string[];
  readonly apiKey: string;
  readonly secrets: readonly string[];
}

export function anyLogin(kind: SandboxKind, random: Random): Login {
  const apiKey = random.weighted(KEYS.map((key, at) => [at < 2 ? 5 : 1, key] as const));
  if (kind === 'infisical' && random.chance(0.4)) {
    const { clientId, clientSecret } = SANDBOX_CLIENT;
    const words = [`--client-id=${clientId}`, `--client-secret=${clientSecret}`];
    return { words, apiKey, secrets: [clientSecret] };
  }
  return { words: [`--api-key=${apiKey}`], apiKey, secrets: [apiKey] };
}
