import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/build.ts'],
    // For what hangs. A busy machine takes many times as long as an idle one.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/helpers/summary-reporter.ts'],
    // Whatever the machine's CI variables say, a test says for itself which it wants.
    env: { CI: '', NODE_EXTRA_CA_CERTS: '' },
    coverage: { provider: 'v8', include: ['src/**'] },
  },
});
