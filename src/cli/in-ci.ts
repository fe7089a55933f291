import type { Env } from './deps.ts';

/** CI systems set CI; `CI=false` means that this is none. */
export function inCi(env: Env): boolean {
  const ci = env['CI'];
  return ci !== undefined && ci !== '' && ci !== '0' && ci.toLowerCase() !== 'false';
}
