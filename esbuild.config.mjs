// Builds dist/: CommonJS files that start fast. What a command does not use is in files of its own,
// made from the dynamic imports of the source; docs/performance.md has the measurements.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const LICENSES = 'THIRD-PARTY-LICENSES.txt';
const require = createRequire(import.meta.url);

// undici's own entry loads its fetch, mocks, caches and HTTP/2: a third of a command's time. These
// export the part that the source imports; a file that moves in an update fails the build.
const undiciFolder = dirname(require.resolve('undici/package.json'));
const UNDICI_CLIENT = `
  exports.Agent = require('./lib/dispatcher/agent');
  exports.buildConnector = require('./lib/core/connect');
`;
const UNDICI_PROXY = `
  const Dispatcher = require('./lib/dispatcher/dispatcher');
  Dispatcher.prototype.connect = require('./lib/api/api-connect');
  exports.Pool = require('./lib/dispatcher/pool');
  exports.ProxyAgent = require('./lib/dispatcher/proxy-agent');
`;

// Parts of conf that are only reached with options which groupctl does not use (a schema,
// migrations, watching), and the signal handler of atomically, which would send each signal twice.
const UNUSED = {
  'ajv/dist/2020.js':
    'export class Ajv2020 { constructor() { throw new Error("not bundled: ajv"); } }',
  'ajv-formats': 'export default { default() { throw new Error("not bundled: ajv-formats"); } }',
  semver: 'export default {}',
  'debounce-fn':
    'export default function debounce() { throw new Error("not bundled: debounce-fn"); }',
  'when-exit': 'export default function whenExit() {}',
  // conf is told its folder; env-paths fails where a user has no home folder.
  'env-paths': 'export default function envPaths() { throw new Error("not bundled: env-paths"); }',
};

const shortEntries = {
  name: 'short-entries',
  setup(build) {
    build.onResolve({ filter: /^undici$/ }, ({ importer }) => ({
      path: importer.endsWith('proxy.ts') ? 'proxy' : 'client',
      namespace: 'undici-entry',
    }));
    build.onLoad({ filter: /.*/, namespace: 'undici-entry' }, ({ path }) => ({
      contents: path === 'proxy' ? UNDICI_PROXY : UNDICI_CLIENT,
      loader: 'js',
      resolveDir: undiciFolder,
    }));
    build.onResolve(
      { filter: /^(ajv\/dist\/2020\.js|ajv-formats|semver|debounce-fn|when-exit)$/ },
      ({ path }) => ({
        path,
        namespace: 'unused',
      }),
    );
    build.onResolve({ filter: /^env-paths$/ }, ({ path, importer }) =>
      /node_modules[\\/]conf[\\/]/.test(importer) ? { path, namespace: 'unused' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({
      contents: UNUSED[path],
      loader: 'js',
    }));
  },
};

// Commander starts programs of its own for some commands; groupctl has none of those.
const COMMANDER_SPAWN = "const childProcess = require('node:child_process');";

const lazyBuiltins = {
  name: 'lazy-builtins',
  setup(build) {
    build.onLoad({ filter: /commander\/lib\/command\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes(COMMANDER_SPAWN)) throw new Error(`${path} is not as expected`);
      const lazy =
        "const childProcess = { spawn: (...args) => require('node:child_process').spawn(...args) };";
      return { contents: source.replace(COMMANDER_SPAWN, lazy), loader: 'js' };
    });
    // HTTP/2 is not spoken (allowH2 is off), and bodies are strings: form data and streams as
    // bodies would bring all of fetch.
    build.onLoad(
      { filter: /undici\/lib\/(dispatcher\/client-h2|web\/fetch\/body)\.js$/ },
      ({ path }) => ({
        contents: `module.exports = () => { throw new Error('not bundled: ${path.split('/').pop()}'); };`,
        loader: 'js',
      }),
    );
  },
};

/**
 * Which file of dist/ a dynamically imported module is in. What one command uses is in one file:
 * each file costs a third of a millisecond, and esbuild's own splitting makes twenty of them.
 */
function groupOf(path) {
  if (path.includes('/src/sandbox/infisical')) return 'sandbox-infisical';
  if (path.includes('/src/sandbox/')) return 'sandbox';
  if (path.includes('/src/backends/infisical/')) return 'infisical';
  if (path.includes('/src/state/postgres/') || path.includes('/src/operations/store/'))
    return 'postgres';
  if (path.endsWith('/src/http/proxy.ts')) return 'proxy';
  if (path.endsWith('/src/files/read/csv-parse.ts')) return 'csv-parse';
  if (path.endsWith('/src/files/failures/csv-write.ts')) return 'csv';
  if (path.includes('/src/files/')) return 'input';
  if (path.endsWith('/src/output/csv.ts')) return 'csv';
  if (path.endsWith('/src/output/query.ts')) return 'query';
  if (/\/src\/output\/(table|pager)\.ts$/.test(path)) return 'table';
  if (path.endsWith('/src/program.ts')) return 'main';
  // What every command needs that does something, and --help and --version do not.
  if (COMMAND.test(path)) return 'command';
  // Help topics, completion: without a server.
  if (/\/src\/cli\/(complete|completion-scripts|help-topics)\.ts$/.test(path)) return 'words';
  // Used on a terminal only; clack is in the second.
  if (path.endsWith('/src/output/progress/bar.ts')) return 'progress';
  if (path.endsWith('/src/output/ask/prompt.ts')) return 'ask';
  // Where the secrets of a few sources are, and whose certificates a few servers have.
  if (/\/src\/(state\/sources\/(keyring|key-command)|http\/trust)\.ts$/.test(path))
    return 'secrets';
  return 'runtime';
}

const COMMAND =
  /\/src\/(output\/(results\/.*|present|failure)|cli\/create-deps|http\/redact|operations\/health-failure)\.ts$/;

/** Modules that other files of dist/ load, by group: the entries of those files. */
const wanted = new Map();

/** A dynamic import of another group's module loads that group's file, and runs only this module. */
function lazyGroups(own) {
  return {
    name: 'lazy-groups',
    setup(build) {
      build.onResolve({ filter: /.*/ }, async ({ path, kind, pluginData, ...rest }) => {
        if (kind !== 'dynamic-import' || path.startsWith('node:') || pluginData === RESOLVING)
          return undefined;
        const resolved = await build.resolve(path, {
          ...rest,
          kind: 'import-statement',
          pluginData: RESOLVING,
        });
        const group = groupOf(resolved.path);
        if (group === own) return undefined;
        const modules = wanted.get(group) ?? wanted.set(group, new Set()).get(group);
        modules.add(resolved.path);
        return { path: resolved.path, namespace: 'lazy' };
      });
      build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({
        contents: `module.exports = require('./${groupOf(path)}.js')[${JSON.stringify(relative(root, path))}]();`,
        loader: 'js',
      }));
      build.onResolve({ filter: /^\.\/[a-z-]+\.js$/, namespace: 'lazy' }, ({ path }) => ({
        path,
        external: true,
      }));
    },
  };
}

const RESOLVING = Symbol('resolving');

/** Builds one file and returns what it is made of. */
async function buildFile(group, options) {
  const { metafile } = await esbuild.build({
    ...options,
    absWorkingDir: root,
    outfile: join(dist, `${group}.js`),
    bundle: true,
    // It has a binary part for each platform, and is optional.
    external: ['@napi-rs/keyring'],
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    // import() of a CommonJS file would start the ES module loader: 0.2 of a whole start-up.
    supported: { 'dynamic-import': false },
    plugins: [lazyGroups(group), shortEntries, lazyBuiltins],
    metafile: true,
    // Names stay: a stack trace in a bug report has to be readable.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
  });
  return metafile;
}

await mkdir(dist, { recursive: true });
const metafiles = [await buildFile('main', { entryPoints: [join(root, 'src/main.ts')] })];
const built = new Map();
// A file may want modules of another one that is built already: then that one is built again.
for (;;) {
  const next = [...wanted].find(([group, modules]) => built.get(group) !== modules.size);
  if (next === undefined) break;
  const [group, modules] = next;
  built.set(group, modules.size);
  const lines = [...modules].map(
    (path) =>
      `exports[${JSON.stringify(relative(root, path))}] = () => require(${JSON.stringify(path)});`,
  );
  metafiles.push(
    await buildFile(group, { stdin: { contents: lines.join('\n'), resolveDir: root } }),
  );
}
await writeFile(join(dist, LICENSES), await licenses(metafiles));
// Last, and not all at once at the start: a program that is running finds its files.
const current = new Set(['main.js', LICENSES, ...[...built.keys()].map((group) => `${group}.js`)]);
for (const entry of await readdir(dist)) {
  if (!current.has(entry)) await rm(join(dist, entry), { recursive: true, force: true });
}

/** The licences of the packages whose code is in the bundle. */
async function licenses(files) {
  const packages = new Set();
  for (const output of files.flatMap(({ outputs }) => Object.values(outputs))) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const found = /^(?:.*\/)?(node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(input);
      if (found !== null && bytesInOutput > 0) packages.add(found[1]);
    }
  }
  const texts = await Promise.all(
    [...packages].sort().map(async (folder) => {
      const path = join(root, folder);
      const { name, version, license } = JSON.parse(
        await readFile(join(path, 'package.json'), 'utf8'),
      );
      const file = (await readdir(path)).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file === undefined ? '' : (await readFile(join(path, file), 'utf8')).trim();
      return `${name} ${version} (${license})\n\n${text}\n`;
    }),
  );
  return `Packages bundled in groupctl, with their licences.\n\n${texts.join(`\n${'-'.repeat(72)}\n\n`)}`;
}
