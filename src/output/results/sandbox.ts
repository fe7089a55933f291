import type { Presentation } from '../present.ts';

/** Where a sandbox listens. Its key is no secret: it opens nothing else. */
export interface Serving {
  readonly kind: string;
  readonly url: string;
  readonly apiKey: string;
  readonly dialect?: string;
  readonly generation?: string;
}

export interface ResetResult {
  readonly path: string;
}

export function presentServing(serving: Serving): Presentation {
  const { kind, url, apiKey, dialect, generation } = serving;
  const withKind = kind === 'proget' ? '' : ` --kind=${kind}`;
  return {
    json: serving,
    csv: {
      columns: ['kind', 'url', 'apiKey', 'variant'],
      rows: [[kind, url, apiKey, dialect ?? generation]],
    },
    human: () => [
      `The sandbox (${kind}) listens on ${url}, with the API key ${apiKey}. Stop it with Ctrl+C.`,
      `Try: groupctl security groups list --source=${url}${withKind} --api-key=${apiKey}`,
    ],
  };
}

export function presentReset({ path }: ResetResult): Presentation {
  return {
    json: { path },
    csv: { columns: ['path'], rows: [[path]] },
    human: () => ['Sandbox reset.'],
  };
}
