/** The sandbox's state: in memory, or in one file that several processes share. */
import { FileState, writeSeed } from './state-file.ts';
import type { SandboxState, StateStore } from './model.ts';
import { seedState } from './seed.ts';

/** A state that ends with the process. Starts with `initial`, or with the seeded company. */
export function memoryState(initial: SandboxState = seedState()): StateStore {
  let state = initial;
  return {
    read: async (look) => look(state),
    update: async (change) => change(state),
    scratch: async () => memoryState(structuredClone(state)),
    reset: async () => {
      state = seedState();
    },
  };
}

/**
 * A state in a JSON file, safe to share between processes. The file is made, with its folder, at the
 * first change. Reading or changing throws an Error naming the path if the file is damaged, and
 * one if the file's lock could not be had within 30 seconds.
 */
export function fileState(path: string): StateStore {
  const file = new FileState(path);
  return {
    read: (look) => file.read(look),
    update: (change) => file.update(change),
    scratch: async () => memoryState(await file.read((state) => structuredClone(state))),
    reset: () => writeSeed(path),
  };
}

/** Writes a freshly seeded state over the file, be it damaged or missing. */
export async function resetSandbox(stateFile: string): Promise<void> {
  await writeSeed(stateFile);
}
