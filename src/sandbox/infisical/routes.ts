/** What an Infisical route is, and which one a path is. */
import type { SandboxResponse } from '../http.ts';
import type { CallKind } from './limits.ts';
import type { Call } from './server.ts';

/** One verb on one path. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Segments that begin with a colon are places for anything. */
  readonly path: string;
  readonly kind: CallKind;
  readonly needsToken: boolean;
  readonly answer: (call: Call) => Promise<SandboxResponse>;
}

/** A place in a path holds no more characters than this, decoded (contract, Requests). */
const MAX_PARAM_CHARS = 100;

/** What stands in the places of a path, trimmed, and the route it is. */
export interface Found {
  readonly route: Route;
  readonly params: readonly string[];
}

/** Looks up the route of a path's segments; undefined where there is none. */
export function routeFinder(
  routes: readonly Route[],
): (method: string, segments: readonly string[]) => Found | undefined {
  const patterns = routes.map((route) => ({ route, pattern: route.path.split('/') }));
  return (method, segments) => {
    // Each GET answers HEAD as well.
    const verb = method === 'HEAD' ? 'GET' : method;
    for (const { route, pattern } of patterns) {
      const params = route.method === verb ? match(pattern, segments) : undefined;
      if (params !== undefined) return { route, params };
    }
    return undefined;
  };
}

function match(pattern: readonly string[], segments: readonly string[]): string[] | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: string[] = [];
  for (const [at, wanted] of pattern.entries()) {
    const segment = segments[at] ?? '';
    if (!wanted.startsWith(':')) {
      if (wanted !== segment) return undefined;
    } else {
      if (segment.length > MAX_PARAM_CHARS) return undefined;
      params.push(segment.trim());
    }
  }
  return params;
}
