import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { proxyPasswords } from '../../src/http/agent.ts';
import { ADD, journals, standingClock } from '../commands/helpers.ts';
import { cli } from '../helpers/cli.ts';

/** A proxy that fails, with the credentials it was sent in its answer. */
async function echoing(): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    outgoing.writeHead(502).end(`failed: ${incoming.headers['proxy-authorization']}`);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the password of a proxy', () => {
  it('is known as it is written, and as it is sent', () => {
    const env = {
      http_proxy: 'http://user:s3cr%40t:pa%2Fss@127.0.0.1:1',
      HTTPS_PROXY: 'user:100%secret@127.0.0.1:1',
    };
    expect(proxyPasswords(env).filter(Boolean)).toEqual([
      's3cr%40t:pa%2Fss',
      's3cr@t:pa/ss',
      '100%secret',
    ]);
  });

  it.each(['s3cr%40t:pa%2Fss', 'Winter%2D2026%21', 'plainpassword12'])(
    'is shown and recorded nowhere, also as base64: %s',
    async (password) => {
      const user = cli();
      const env = { http_proxy: `http://corp%5Cjane:${password}@${await echoing()}` };
      const argv = [...ADD, '--name=QA', '--member=ann', '--no-user-check', '--verbose'];
      const server = ['--source=http://proget.invalid', '--api-key=abc12345'];
      const options = { env, clock: standingClock() };
      const { stderr } = await user.run([...argv, '--show-body', ...server], options);
      expect(stderr).toContain('failed: Basic ');
      // The first part is the user, of which a few bits are in the same letter as the password.
      const shown = Buffer.from(/Basic ([\w+/=]*)/.exec(stderr)?.[1] ?? '', 'base64').toString();
      expect('corp\\jane:'.startsWith(shown.slice(0, -1))).toBe(true);
      expect(JSON.stringify(journals(user))).not.toContain(
        Buffer.from(`:${decodeURIComponent(password)}`)
          .toString('base64')
          .slice(4, 12),
      );
    },
  );
});
