import { describe, expect, it } from 'vitest';
import { assertNotInfisical } from '../../../../src/backends/proget/wire/refusal.ts';

/** What it does with a 404 of this text. */
function look(text: string): void {
  const [answer, http] = [{ status: 404, text: () => text }, { where: 'https://proget.example' }];
  assertNotInfisical(
    ...([answer, http, { name: 'inf2' }] as unknown as Parameters<typeof assertNotInfisical>),
  );
}

describe('assertNotInfisical', () => {
  it('knows the router of Infisical, in a moment in a long answer', () => {
    const router = '{"message":"Route GET:/api/security/groups/list not found","statusCode":404}';
    expect(() => look(router)).toThrow('answers as Infisical does');
    const long = '"message":"Route '.repeat(100_000);
    expect(() => look(long)).not.toThrow();
  });
});
