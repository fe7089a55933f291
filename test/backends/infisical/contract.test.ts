import { SANDBOX_IDENTITY } from '../../../src/sandbox/infisical/seed.ts';
import { directorySuite } from '../../contract/directory-suite.ts';
import { openSubject } from '../../contract/subjects.ts';

/** The suite of every backend, on both of the servers that the sandbox can be. */
for (const generation of ['current', '2024-10'] as const) {
  directorySuite(`infisical ${generation}`, () =>
    openSubject(
      { kind: 'infisical', generation },
      (url, apiKey) => ({
        name: 'infisical',
        kind: 'infisical',
        url,
        credentials: { type: 'api-key', apiKey },
      }),
      // The older one has no machine identities.
      () => (generation === 'current' ? { identity: SANDBOX_IDENTITY.id } : {}),
    ),
  );
}
