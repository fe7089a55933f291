import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { http, HttpResponse, type JsonBodyType } from 'msw';
import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';
import { serve } from '../../helpers/server.ts';

/** A server that repeats what it was sent, key and password included, in every answer. */

const KEY = 'kEy-7f3-S3CR3T-1';
const PASSWORD = 'pass-S3CR3T-2';
const CHOSEN = 'chosen-S3CR3T-3';

async function echoServer(list: JsonBodyType | undefined, status: number) {
  const reads = [
    http.get('*/api/*', ({ request }) =>
      request.url.includes('list') && status !== 403
        ? HttpResponse.json(list ?? [])
        : new HttpResponse(`no: ${request.headers.get('x-apikey') ?? ''}`, { status: 403 }),
    ),
  ];
  const writes = [
    http.post('*/api/*', async ({ request }) => {
      const said = `${request.headers.get('x-apikey') ?? ''} ${await request.text()}`;
      return new HttpResponse(said, { status });
    }),
  ];
  // A refused key stops a command at its first call.
  const isRead = list !== undefined;
  return await serve(...(isRead ? reads : []), ...(status === 403 && isRead ? [] : writes));
}

function kept(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

const WRITES: readonly (readonly [string[], JsonBodyType | undefined])[] = [
  [['security', 'users', 'create', '--username=newbie', `--password=${PASSWORD}`], []],
  [['security', 'users', 'edit', '--username=x', `--password=${PASSWORD}`], [{ name: 'x' }]],
  [['security', 'users', 'delete', '--username=x'], [{ name: 'x' }]],
  [['apikeys', 'create', 'system', `--key=${CHOSEN}`], undefined],
  [['apikeys', 'delete', '--id=3'], [{ id: 3, type: 'System', key: CHOSEN }]],
  [['security', 'permissions', 'remove', '--id=3'], [{ id: 3, user: 'x', deny: false }]],
];

describe.each(WRITES.map(([argv, list]) => [argv.slice(0, 3).join(' '), argv, list] as const))(
  '%s',
  (_, argv, list) => {
    it.each([400, 403, 500])('shows no secret that a server repeats with %i', async (status) => {
      const server = await echoServer(list, status);
      for (const more of [[], ['--json'], ['--verbose']]) {
        const user = cli();
        const words = [...argv, `--source=${server.url}`, `--api-key=${KEY}`, ...more];
        const { code, stdout, stderr } = await user.run(words);
        expect(code).not.toBe(0);
        expect(`${stdout}${stderr}${kept(join(user.state, '..'))}`).not.toMatch(/S3CR3T/);
      }
    });
  },
);
