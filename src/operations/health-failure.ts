import type { Health } from '../domain/health.ts';
import { GroupctlError } from '../errors.ts';

/** The failure (exit 1) that a server's own word about itself amounts to, if it does. */
export function healthFailure(health: Health, source: string): GroupctlError | undefined {
  if (health.healthy) return undefined;
  const server = `${health.product} at ${source}`;
  const failed = health.parts.filter(({ ok }) => !ok);
  const [first] = failed;
  if (first !== undefined && failed.every(({ name }) => name === 'token')) {
    return new GroupctlError(
      'unauthorized',
      `${server} is healthy, but the token ${first.status}.`,
      {
        code: 'token-expired',
        hint: 'Get a new token, or use --client-id and --client-secret.',
        source,
      },
    );
  }
  const reported = failed.map(({ name, status }) => `${name}: ${status}`).join(', ');
  return new GroupctlError('server', `${server} reports ${reported || 'that it is not healthy'}.`, {
    code: 'unhealthy',
    hint: "Look at the server's own log.",
    source,
  });
}
