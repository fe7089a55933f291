import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';
import { serve } from '../../helpers/server.ts';

describe('a refusal to create an API key', () => {
  it('names the version and the edition, and the words without what may be a key', async () => {
    const server = await serve(
      http.post(
        '*/api/api-keys/create',
        () =>
          new HttpResponse('The key k3y-in-the-answer of Feed f was not found', {
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
        message: `${url} (ProGet 22.0.1, Free) answered 400 on POST api-keys/create: The key *** of Feed f was not found`,
        hint: 'Correct what the server names, and run the command again.',
        details: { version: '22.0.1', edition: 'Free' },
      },
    });
  });

  it.each([
    [400, '{"error":"k3y-in-the-answer"}', "Look at the server's own log."],
    [400, '<html><title>k3y-in-the-answer</title></html>', undefined],
    [500, 'k3y-in-the-answer', undefined],
  ])('shows nothing of another answer: %i %s', async (status, body, hint) => {
    const server = await serve(
      http.post('*/api/api-keys/create', () => new HttpResponse(body, { status })),
    );
    const argv = ['apikeys', 'create', 'system', `--source=${server.url}`, '--api-key=abc12345'];
    const { stderr } = await cli().run(argv);
    expect(stderr).toContain('Its message is not shown, because it may hold keys.');
    expect(stderr).not.toContain('answer"');
    if (hint !== undefined) expect(stderr).toContain(`Hint: ${hint}\n`);
  });

  it('with 403 says which keys may create one', async () => {
    const server = await serve(
      http.post('*/api/api-keys/create', () => new HttpResponse(null, { status: 403 })),
    );
    const argv = ['apikeys', 'create', 'system', `--source=${server.url}`, '--api-key=abc12345'];
    expect(await cli().run(argv)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('Use a System key with Full Control') as string,
    });
  });
});
