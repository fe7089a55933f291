import { distance } from 'fastest-levenshtein';
import type { MemberRef, MemberType } from '../../domain/group.ts';
import { nearest } from '../../domain/near.ts';
import type { Resolution } from '../port.ts';
import type { Knowledge } from './knowledge.ts';
import type { Seen, Side } from './side.ts';

export interface ResolveContext {
  /** Takes what is read here, so that the change that follows need not read it again. */
  readonly known: Knowledge;
  readonly side: (type: MemberType) => Side;
  /** Names of users to suggest from. */
  readonly suggestions: (typed: string) => Promise<readonly string[]>;
}

/** Unknown names that near ones are looked for; each may cost two reads. */
const SUGGESTED = 3;

/** Who exists in the organization, as the list of one group tells. */
export async function resolveNames(
  refs: readonly MemberRef[],
  groupId: string,
  { known, side, suggestions }: ResolveContext,
): Promise<Map<string, Resolution>> {
  const resolved = new Map<string, Resolution>();
  for (const type of ['user', 'identity'] as const) {
    const names = refs.filter((ref) => ref.type === type).map(({ name }) => name);
    if (names.length === 0) continue;
    const seen = await side(type).look(groupId, names, { patient: true });
    known.keep(groupId, type, seen);
    let suggested = 0;
    for (const name of names) {
      const state = seen.get(name);
      if (state?.kind !== 'none') resolved.set(name, resolution(name, state));
      else {
        const asks = type === 'user' && ++suggested <= SUGGESTED;
        const candidates = new Set(asks ? await suggestions(name) : []);
        resolved.set(name, { kind: 'unknown', near: nearest(name, candidates, distance) });
      }
    }
  }
  return resolved;
}

function resolution(name: string, state: Exclude<Seen, { kind: 'none' }> | undefined): Resolution {
  if (state?.kind === 'one') return { kind: 'found', name: state.name };
  if (state?.kind === 'ambiguous') return state;
  return { kind: 'unchecked', name };
}
