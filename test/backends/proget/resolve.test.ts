import { describe, expect, it } from 'vitest';
import { resolveNames } from '../../../src/backends/proget/resolve.ts';

const USERS = [
  { name: 'John Smith', displayName: 'John Smith', email: null },
  { name: 'jsmith', displayName: 'Jane Smith', email: 'jane.smith@corp.example' },
];

async function nearTo(name: string): Promise<unknown> {
  const resolved = await resolveNames([{ type: 'user', name }], USERS, () => Promise.resolve([]));
  return resolved.get(name);
}

describe('an unknown name on ProGet', () => {
  it.each(['Jane Smith', ' jane smith', 'Jane.Smith@corp.example'])(
    'that is the display name or address of somebody (%s) suggests their account alone',
    async (name) => {
      expect(await nearTo(name)).toEqual({ kind: 'unknown', near: ['jsmith'] });
    },
  );

  it('suggests a name like it where nobody is called so', async () => {
    expect(await nearTo('jsmiht')).toEqual({ kind: 'unknown', near: ['jsmith'] });
  });
});
