import { describe, expect, it } from 'vitest';
import { jsonError, standingClock } from '../../commands/helpers.ts';
import { cli, type CliResult } from '../../helpers/cli.ts';
import { serve } from '../../helpers/server.ts';
import { type Answer, fail, type FakeInfisical, fakeWith, TOKEN } from './fake.ts';

/** A server that turns writes away, or asks for long waits, and how the run ends. */

const COUNT = 20;

type Clock = ReturnType<typeof standingClock>;

/** Adds 20 members. */
async function addAll(fake: FakeInfisical, clock: Clock, ...more: string[]): Promise<CliResult> {
  const { url } = await serve(fake.handler());
  const names = fake.users.slice(1, 1 + COUNT).map(({ username }) => `--member=${username}`);
  const argv = ['security', 'groups', 'members', 'add', '--name=Developers', ...names];
  const server = [`--source=${url}`, '--kind=infisical', `--api-key=${TOKEN}`];
  return await cli().run([...argv, ...server, ...more], { clock });
}

/** Answers writes, and keeps when they came, in milliseconds. */
function onWrite(fake: FakeInfisical, clock: Clock, answer: (count: number) => Answer | undefined) {
  const sentAt: number[] = [];
  const start = clock.now();
  fake.intercept = (method) => {
    if (method === 'GET') return undefined;
    sentAt.push(clock.now() - start);
    return answer(sentAt.length);
  };
  return sentAt;
}

const limited = (headers: Record<string, string> = {}): Answer => ({
  ...fail(429, 'RateLimitExceeded', 'Rate limit exceeded'),
  headers,
});

describe('a server that turns every write away', () => {
  it.each([{ 'retry-after': '0' }, { 'retry-after': '-1' }, { 'retry-after': 'soon' }, {}])(
    'with %o is sent 3 writes in 5 s, and none after 10 minutes: 6',
    async (headers) => {
      const fake = fakeWith(40);
      const clock = standingClock();
      const sentAt = onWrite(fake, clock, () => limited(headers));
      const result = await addAll(fake, clock, '--json');
      expect(result.code).toBe(6);
      expect(sentAt.filter((time) => time < 5000)).toEqual([0, 1125, 3375]);
      expect(sentAt.at(-1)).toBe(600_000);
      expect(JSON.parse(result.stdout)).toMatchObject({
        summary: { added: 0, failed: 8, notTried: COUNT - 8 },
      });
      expect(jsonError(result.stderr)).toMatchObject({
        code: 'wait-too-long',
        message: expect.stringContaining('accepted none for 10 minutes') as string,
      });
    },
  );

  it('after the first ones ends the run with 7, and says which it turned away', async () => {
    const fake = fakeWith(40);
    const clock = standingClock();
    const sentAt = onWrite(fake, clock, (count) =>
      count > 3 ? limited({ 'retry-after': '4294968' }) : undefined,
    );
    const result = await addAll(fake, clock, '--json', '--concurrency=1');
    expect(result.code).toBe(7);
    expect(sentAt).toHaveLength(4);
    const { outcomes } = JSON.parse(result.stdout) as {
      outcomes: { outcome: string; error?: { code: string; message: string } }[];
    };
    const asked = 'The server asks groupctl to wait 4294968 s (50 days).';
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      ...Array<string>(3).fill('added'),
      'failed',
      ...Array<string>(COUNT - 4).fill('not-tried'),
    ]);
    expect(outcomes[3]?.error).toMatchObject({ code: 'wait-too-long', message: asked });
    expect(outcomes[4]?.error).toMatchObject({
      code: 'not-sent',
      message: asked,
    });
  });
});

describe('x-ratelimit-reset', () => {
  const spent = (reset: string): Record<string, string> => ({
    'x-ratelimit-limit': '90',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': reset,
  });

  it.each([
    { reset: '4294968', asked: '4294968 s (50 days)' },
    { reset: '9'.repeat(400), asked: '9007199254741 s (104249991 days)' },
    { reset: '601', asked: '601 s (10 minutes)' },
  ])('of $reset s ends the run with 7, and the wait is named', async ({ reset, asked }) => {
    const fake = fakeWith(40);
    const clock = standingClock();
    const sentAt = onWrite(fake, clock, () => ({
      status: 200,
      body: {},
      headers: spent(reset),
    }));
    const result = await addAll(fake, clock, '--json', '--no-verify');
    expect(result.code).toBe(7);
    expect(jsonError(result.stderr)['hint']).toMatch(/To go on: groupctl resume \w{26}$/);
    expect(sentAt).toHaveLength(1);
    expect(clock.waits).toEqual([]);
    expect(result.stdout).toContain(`The server asks groupctl to wait ${asked}.`);
  });
});
