/** Replica lag on demand: reads show what was there before the last writes. */
import type { InfisicalGroup, InfisicalState } from './model.ts';

/** Gets a copy of the group as it is now, if it is there; returns it as it was, if it was. */
type Undo = (group: InfisicalGroup | undefined) => InfisicalGroup | undefined;

interface Write {
  readonly at: number;
  readonly groupId: string;
  readonly undo: Undo;
}

/** Remembers, for as long as the lag, how to reverse what has just been written. */
export class Replica {
  readonly #lagMs: number;
  readonly #now: () => number;
  #recent: Write[] = [];

  constructor(lagMs: number | undefined, now: () => number) {
    this.#lagMs = lagMs ?? 0;
    this.#now = now;
  }

  /** Notes a group that was made, or deleted: what there was of it before. */
  noteGroup(groupId: string, before: InfisicalGroup | undefined): void {
    if (this.#lagMs === 0) return;
    const kept = before === undefined ? undefined : copyOf(before);
    this.#note(groupId, () => (kept === undefined ? undefined : copyOf(kept)));
  }

  /** Notes a change of a group that stays; `undo` may change the copy it gets. */
  noteChange(groupId: string, undo: (group: InfisicalGroup) => void): void {
    this.#note(groupId, (group) => {
      if (group !== undefined) undo(group);
      return group;
    });
  }

  #note(groupId: string, undo: Undo): void {
    if (this.#lagMs > 0) this.#recent.push({ at: this.#now(), groupId, undo });
  }

  /** The section as a replica has it; the section itself where nothing was written of late. */
  view(section: InfisicalState): InfisicalState {
    const since = this.#now() - this.#lagMs;
    this.#recent = this.#recent.filter(({ at }) => at > since);
    if (this.#recent.length === 0) return section;
    const groups = new Map(section.groups.map((group) => [group.id, group]));
    const copied = new Set<string>();
    for (const { groupId, undo } of this.#recent.toReversed()) {
      const now = groups.get(groupId);
      const before = undo(now === undefined || copied.has(groupId) ? now : copyOf(now));
      copied.add(groupId);
      if (before === undefined) groups.delete(groupId);
      else groups.set(groupId, before);
    }
    return { ...section, groups: [...groups.values()] };
  }
}

function copyOf(group: InfisicalGroup): InfisicalGroup {
  return { ...group, members: { ...group.members }, identities: { ...group.identities } };
}
