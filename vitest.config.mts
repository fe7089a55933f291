import { defineConfig } from 'vitest/config';

/** test/prism has packages of its own, some of them with tests. */
const PACKAGES = ['**/node_modules/**'];
const E2E = ['test/e2e/**/*.test.ts'];
/** Files that replace functions of the process, or count what it loads. */
const ISOLATED = ['test/fuzz/**/*.test.ts', 'test/simulation/**/*.test.ts'];

/** A project has nothing from the root but the global set-up, which runs once for all of them. */
const project = (name: string, test: object): object => ({
  test: {
    name,
    // For what hangs. A busy machine takes many times as long as an idle one.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Whatever the machine's CI variables say, a test says for itself which it wants.
    env: { CI: '', NODE_EXTRA_CA_CERTS: '' },
    exclude: PACKAGES,
    ...test,
  },
});

export default defineConfig({
  test: {
    projects: [
      // The source keeps no state in its modules: files share one context, and load it once.
      project('rooms', {
        include: ['test/**/*.test.ts'],
        exclude: [...PACKAGES, ...ISOLATED, ...E2E],
        isolate: false,
      }),
      project('isolated', { include: ISOLATED }),
      project('e2e', { include: E2E }),
    ],
    globalSetup: ['test/helpers/build.ts'],
    reporters: ['default', './test/helpers/summary-reporter.ts'],
    coverage: { provider: 'v8', include: ['src/**'] },
  },
});
