import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { seedState } from '../../src/sandbox/seed.ts';
import { fileState, memoryState, resetSandbox } from '../../src/sandbox/state.ts';
import type { StateStore } from '../../src/sandbox/model.ts';
import { temporaryFolder } from './helpers.ts';

function addMember(store: StateStore, name: string): Promise<number | undefined> {
  return store.update(({ proget }) => proget.groups[3]?.users?.push(name));
}

function engineers(store: StateStore): Promise<string[]> {
  return store.read(({ proget }) => [...(proget.groups[3]?.users ?? [])]);
}

describe('a file', () => {
  test('two stores, 50 changes each: 100 effects', async () => {
    const file = `${await temporaryFolder()}/sandbox.json`;
    const [a, b] = [fileState(file), fileState(file)];
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => [addMember(a, `a${i}`), addMember(b, `b${i}`)]).flat(),
    );
    expect(new Set(await engineers(a)).size).toBe(100);
    expect(await engineers(b)).toEqual(await engineers(a));
  });

  test('is made with its folder, for its owner only, and leaves nothing beside it', async () => {
    const folder = `${await temporaryFolder()}/new`;
    const store = fileState(`${folder}/sandbox.json`);
    expect(await engineers(store)).toEqual([]);
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    await addMember(store, 'x');
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(`${folder}/sandbox.json`)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['sandbox.json']);
  });

  test('is not written where nothing changed', async () => {
    const file = `${await temporaryFolder()}/sandbox.json`;
    const store = fileState(file);
    await addMember(store, 'x');
    const before = await stat(file, { bigint: true });
    await store.update(() => undefined);
    expect((await stat(file, { bigint: true })).mtimeNs).toBe(before.mtimeNs);
  });

  test('is read again when it has changed, and only then', async () => {
    const file = `${await temporaryFolder()}/sandbox.json`;
    const [a, b] = [fileState(file), fileState(file)];
    await addMember(a, 'x');
    await sleep(120);
    const first = await b.read((state) => state);
    expect(await b.read((state) => state)).toBe(first);
    await addMember(a, 'y');
    expect(await engineers(b)).toEqual(['x', 'y']);
    await addMember(b, 'z');
    expect(await engineers(b)).toEqual(['x', 'y', 'z']);
  });

  test('a change that throws changes nothing and holds up nobody', async () => {
    const store = fileState(`${await temporaryFolder()}/sandbox.json`);
    const failing = store.update(() => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await addMember(store, 'x');
    expect(await engineers(store)).toEqual(['x']);
  });

  test('sections of others stay, and a missing one is seeded', async () => {
    const file = `${await temporaryFolder()}/sandbox.json`;
    await writeFile(file, JSON.stringify({ version: 1, other: { kept: ['ü'] } }));
    await addMember(fileState(file), 'x');
    const { other, proget } = JSON.parse(await readFile(file, 'utf8'));
    expect(other).toEqual({ kept: ['ü'] });
    expect(proget.groups[3].users).toEqual(['x']);
  });

  test.each([
    '',
    'null',
    '[]',
    '{}',
    '{"version":2,"proget":{}}',
    '{"version":1,"proget":[]}',
    '{"version":1,"proget":{"apiKey":"k","groups":[]}}',
    JSON.stringify({ version: 1, proget: { ...seedState().proget, groups: [{ users: [] }] } }),
    JSON.stringify({ version: 1, proget: { ...seedState().proget, groups: [{ name: 1 }] } }),
  ])('damaged (%j): says where, and what to do', async (content) => {
    const file = `${await temporaryFolder()}/sandbox.json`;
    await writeFile(file, content);
    const store = fileState(file);
    const wanted = expect.objectContaining({
      message: expect.stringMatching(/sandbox\.json .*Start over with: groupctl sandbox reset$/),
    });
    await expect(engineers(store)).rejects.toEqual(wanted);
    await expect(addMember(store, 'x')).rejects.toEqual(wanted);
    expect(await readFile(file, 'utf8')).toBe(content);
    await resetSandbox(file);
    await addMember(store, 'x');
    expect(await engineers(store)).toEqual(['x']);
  });

  test('a lock left behind is taken over once it is stale', async () => {
    const file = `${await temporaryFolder()}/sandbox.json`;
    await mkdir(`${file}.lock`);
    const store = fileState(file);
    const added = addMember(store, 'x');
    await sleep(60);
    expect(await engineers(store)).toEqual([]);
    const old = new Date(Date.now() - 11_000);
    await utimes(`${file}.lock`, old, old);
    await added;
    expect(await engineers(store)).toEqual(['x']);
  });
});

describe('in memory', () => {
  test('nothing is shared between stores, or with a scratch copy', async () => {
    const [a, b] = [memoryState(), memoryState()];
    const scratch = await a.scratch();
    await addMember(scratch, 'x');
    await addMember(b, 'y');
    expect(await engineers(a)).toEqual([]);
    await a.reset();
    await b.reset();
    expect(await engineers(b)).toEqual([]);
  });
});
