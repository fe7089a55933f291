import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';
import { serve } from '../../helpers/server.ts';

describe('a refusal to create an API key', () => {
  it('names the version and the edition, and nothing of the answer', async () => {
    const server = await serve(
      http.post(
        '*/api/api-keys/create',
        () =>
          new HttpResponse('The key k3y-in-the-answer is of no use.', {
            status: 400,
            headers: { 'X-ProGet-Version': '22.0.1', 'X-ProGet-Edition': 'Free' },
          }),
      ),
    );
    const url = server.url.replace(/\/$/, '');
    const { code, stderr } = await cli().run([
      ...['apikeys', 'create', 'system', `--source=${server.url}`, '--api-key=abc12345'],
      '--json',
    ]);
    expect(code).toBe(5);
    expect(stderr).not.toContain('k3y-in-the-answer');
    expect(JSON.parse(stderr)).toMatchObject({
      error: {
        message: `${url} (ProGet 22.0.1, Free) answered 400 on POST api-keys/create. Its message is not shown, because it may hold keys.`,
        details: { version: '22.0.1', edition: 'Free' },
      },
    });
  });
});
