import { defineConfig } from 'vitest/config';

/** The tests that mutants run against: those of the rooms, without processes of the built program. */
export default defineConfig({
  test: {
    include: ['test/{domain,contract,backends,operations}/**/*.test.ts'],
    exclude: ['test/backends/infisical/wire/**'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    env: { CI: '', NODE_EXTRA_CA_CERTS: '' },
  },
});
