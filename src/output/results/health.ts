import type { Health } from '../../domain/health.ts';
import type { GroupctlError } from '../../errors.ts';
import type { Presentation } from '../present.ts';
import { safeText } from '../safe-text.ts';

/** A server's health, and the test of several sources, as they are printed. */

export interface HealthResult {
  readonly source: string;
  readonly health: Health;
}

export interface SourceTest {
  readonly source: string;
  readonly ok: boolean;
  readonly health?: Health;
  /** True: the server took the credentials; null: it does not tell. */
  readonly access?: boolean | null;
  readonly error?: GroupctlError;
}

export function presentHealth({ source, health }: HealthResult): Presentation {
  return {
    json: { source, ...health },
    csv: {
      columns: ['source', 'product', 'release', 'healthy'],
      rows: [[source, health.product, health.release, health.healthy]],
    },
    human: () => [
      `${safeText(productOf(health))}: ${health.healthy ? 'healthy' : 'not healthy'}`,
      ...health.parts.map(({ name, status, details }) => {
        const more = details === undefined ? '' : ` (${safeText(details)})`;
        return `${name}: ${safeText(status)}${more}`;
      }),
    ],
  };
}

export function presentSourceTests(tests: readonly SourceTest[]): Presentation {
  return {
    json: tests.map(({ source, ok, health, access, error }) => ({
      source,
      ok,
      product: health?.product,
      release: health?.release,
      version: health?.version,
      parts: health?.parts,
      access,
      error: error === undefined ? undefined : { code: error.code, message: error.message },
    })),
    csv: {
      columns: ['source', 'ok', 'product', 'release', 'error'],
      rows: tests.map(({ source, ok, health, error }) => [
        source,
        ok,
        health?.product,
        health?.release,
        error?.message,
      ]),
    },
    human: ({ style }) =>
      tests.map(({ source, ok, health, access, error }) => {
        const name = `[${safeText(source)}]`;
        if (ok && health !== undefined) {
          const details = safeText(credentialDetails(health));
          const known = details === '' ? '' : ` (${details})`;
          const words = access === null ? ' (credentials not checked: no list of groups)' : known;
          return style.good(`${name} ${safeText(productOf(health))}: OK${words}`);
        }
        return style.bad(`${name} ${safeText(error?.message ?? 'failed')}`);
      }),
    table: () => ({
      head: ['SOURCE', 'RESULT', 'SERVER', 'DETAILS'],
      rows: tests.map(({ source, ok, health, access, error }) => {
        const unchecked = access === null ? 'credentials not checked: no list of groups' : '';
        const details = error?.message ?? (unchecked || credentialDetails(health));
        const server = health === undefined ? undefined : productOf(health);
        return { cells: [source, ok ? 'OK' : 'failed', server, details], isBad: !ok };
      }),
    }),
  };
}

const ABOUT_CREDENTIALS = new Set(['signed in as', 'organization', 'token']);

/** The account of the credentials, its organization, and how long that lasts, if the credentials tell. */
function credentialDetails(health: Health | undefined): string {
  const known = health?.parts.filter(({ name }) => ABOUT_CREDENTIALS.has(name)) ?? [];
  return known.map(({ name, status }) => `${name}: ${status}`).join('; ');
}

function productOf({ product, release, version }: Health): string {
  const number = release ?? version;
  return number === undefined ? product : `${product} ${number}`;
}
