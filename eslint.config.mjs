import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** What an import from a folder may not reach, and why: the house of docs/layout.md. */
const forbid = (files, what, message) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [{ ...(Array.isArray(what) ? { group: what } : { regex: what }), message }] },
    ],
  },
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
      'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
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
    },
  },
  forbid(['src/domain/**'], '^(?!\\./)', 'domain/ is pure: it imports nothing outside itself.'),
  forbid(
    ['src/commands/**'],
    ['**/backends/*/**', '**/backends/registry*'],
    'Commands know the port (backends/port.ts), never a backend.',
  ),
  forbid(
    ['src/output/**', 'src/state/**', 'src/http/**'],
    ['**/commands/**', '**/backends/proget/**', '**/backends/infisical/**'],
    'This layer is below the commands and beside the backends.',
  ),
  {
    files: ['**/*.mjs', 'bin/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        require: 'readonly',
        setTimeout: 'readonly',
        performance: 'readonly',
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
