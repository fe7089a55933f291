import { describe, expect, it } from 'vitest';
import { ADD, at, REMOVE } from '../../commands/helpers.ts';
import { cli } from '../../helpers/cli.ts';
import { addHandlers, type FakeProget } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';

const NFC = 'Jos\u00e9';
const NFD = 'Jose\u0301';
const KEY = '--api-key=k';

function stateOf(...users: string[]): FakeProget {
  return { groups: [{ name: 'G', users }], users: [{ name: NFC }, { name: NFD }, { name: 'z' }] };
}

async function stage(state: FakeProget) {
  const server = await serve(...addHandlers(state));
  const user = cli();
  const run = (verb: readonly string[], ...members: string[]) =>
    user.run([...verb, '--name=G', ...members.map((name) => `--member=${name}`), ...at(server)]);
  return { user, run, held: () => state.groups[0]?.users };
}

describe('two listed accounts that differ in Unicode form', () => {
  it('are told apart by a removal', async () => {
    const { run, held } = await stage(stateOf(NFC, 'z'));
    expect((await run(REMOVE, NFD)).stdout).toBe(`${NFD} is not a member of G; nothing to do.\n`);
    expect(held()).toEqual([NFC, 'z']);
    expect((await run(REMOVE, NFC)).code).toBe(0);
    expect(held()).toEqual(['z']);
  });

  it('are told apart by an addition, of both in one run as well', async () => {
    const one = await stage(stateOf(NFC, 'z'));
    expect((await one.run(ADD, NFD)).stdout).toBe(`Added ${NFD} to G.\n`);
    expect(one.held()).toEqual([NFC, 'z', NFD]);
    const both = await stage(stateOf('z'));
    expect((await both.run(ADD, NFD, NFC)).code).toBe(0);
    expect(both.held()).toEqual(['z', NFD, NFC]);
  });

  it('are told apart by an undo, of a removal and of an addition', async () => {
    const removed = await stage(stateOf(NFC, NFD));
    await removed.run(REMOVE, NFC);
    await removed.user.run(['undo', 'latest', '--yes', KEY]);
    expect(removed.held()).toEqual([NFD, NFC]);
    const state = stateOf('z');
    const added = await stage(state);
    await added.run(ADD, NFD);
    state.groups[0]!.users = [NFC, 'z'];
    await added.user.run(['undo', 'latest', '--yes', KEY]);
    expect(added.held()).toEqual([NFC, 'z']);
  });

  it('cost no question about the users where a name differs in the case of ASCII letters', async () => {
    const state = stateOf(NFC, 'z');
    const server = await serve(...addHandlers(state).slice(1));
    const remove = [...REMOVE, '--member=Z', '--name=G', ...at(server)];
    expect((await cli().run(remove)).code).toBe(0);
    expect(state.groups[0]?.users).toEqual([NFC]);
  });
});
