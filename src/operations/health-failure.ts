import type { Health } from '../domain/health.ts';
import { GroupctlError } from '../errors.ts';

/** The failure (exit 1) that a server's own word about itself amounts to, if it does. */
export function healthFailure(health: Health, source: string): GroupctlError | undefined {
  if (health.healthy) return undefined;
  const sick = health.parts.filter(({ ok }) => !ok).map(({ name, status }) => `${name}: ${status}`);
  const what = sick.length === 0 ? 'reports that it is not healthy' : `reports ${sick.join(', ')}`;
  const tokenOnly = health.parts.every(({ name, ok }) => ok || name === 'token');
  if (sick.length > 0 && tokenOnly) {
    return new GroupctlError(
      'unauthorized',
      `${health.product} at ${source} is healthy, but the token ${health.parts.find(({ ok }) => !ok)?.status}.`,
      {
        code: 'token-expired',
        hint: 'Get a new token, or use --client-id and --client-secret.',
        source,
      },
    );
  }
  return new GroupctlError('server', `${health.product} at ${source} ${what}.`, {
    code: 'unhealthy',
    hint: "Look at the server's own log.",
    source,
  });
}
