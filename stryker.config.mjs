// npm run mutate: how many small changes of the source the tests notice. Outside CI, as it takes an
// hour; `npm run mutate -- --mutate src/domain/diff.ts` takes a minute.
export default {
  mutate: ['src/domain/**/*.ts', 'src/backends/{per-member,whole-list}/**/*.ts'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutate.config.mts' },
  plugins: ['@stryker-mutator/vitest-runner'],
  // Each mutant runs the tests that reach it.
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 2,
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { logTests: false, allowColor: false },
  thresholds: { high: 95, low: 90, break: 90 },
  tempDirName: '.stryker-tmp',
};
