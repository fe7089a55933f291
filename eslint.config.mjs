import { readFileSync } from 'node:fs';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * The rooms of src/ and which others each may import; `errors.ts` is for all but domain/. test/rooms.test.ts checks
 * what this cannot see: `import()`.
 */
const ROOMS = JSON.parse(readFileSync(new URL('scripts/rooms.json', import.meta.url), 'utf8'));

/** Of backends/, these know what every kind of server has in common, and no kind. */
const KNOW_THE_PORT = ['state', 'output', 'operations', 'commands'];
const NO_KIND =
  '^(\\.\\./)+backends/(?!(?:change-|security-)?port\\.ts|kinds\\.ts|kind-info\\.ts|shared/)';

const forbid = (room, patterns) => ({
  files: [`src/${room}/**`],
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

const roomRules = Object.entries(ROOMS).map(([room, allowed]) => {
  const others = Object.keys(ROOMS).filter((other) => other !== room && !allowed.includes(other));
  const patterns = [
    {
      regex: `^(\\.\\./)+(${others.join('|')})/`,
      message: `${room}/ may import ${allowed.join(', ') || 'no other room'}: see scripts/rooms.json.`,
    },
    { regex: '^(\\.\\./)+(main|program)\\.ts$', message: 'Nothing imports the program.' },
  ];
  if (KNOW_THE_PORT.includes(room)) {
    patterns.push({ regex: NO_KIND, message: 'Only cli/ knows which kinds of server there are.' });
  }
  if (room === 'domain') {
    patterns.push({ regex: '^(?!\\./)', message: 'domain/ imports nothing outside itself.' });
  }
  return forbid(room, patterns);
});

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'node_modules', 'test/prism/node_modules', '.stryker-tmp'] },
  js.configs.recommended,
  {
    rules: {
      // Taking a property off an object by destructuring is not an unused variable.
      'no-unused-vars': ['error', { ignoreRestSiblings: true, varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.ts', '**/*.mts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'no-unused-vars': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // A test double answers a promise without waiting for one.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'no-console': 'error',
      'max-lines': ['error', { max: 220 }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/main.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'Only bin/ and src/main.ts touch the process.' },
      ],
      'no-restricted-properties': ['error', { object: 'globalThis', property: 'process' }],
      'no-duplicate-imports': 'error',
    },
  },
  ...roomRules,
  {
    files: ['**/*.mjs', '**/*.cjs', 'bin/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        AbortController: 'readonly',
        require: 'readonly',
        module: 'readonly',
        __dirname: 'readonly',
        setTimeout: 'readonly',
        performance: 'readonly',
        WebAssembly: 'readonly',
      },
    },
  },
  {
    files: ['test/**'],
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      // What a server answered is looked at as it came, and the expectation says what it has to be.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
);
