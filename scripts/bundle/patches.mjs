// What packages load and groupctl has no use for is left out of dist/, or loaded when it is used. A
// package whose code has moved fails the build.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const undiciFolder = dirname(require.resolve('undici/package.json'));

// undici's own entry loads its fetch, mocks, caches and HTTP/2: a third of a command's time. These
// export the part that the source imports.
const UNDICI_CLIENT = `
  exports.Pool = require('./lib/dispatcher/pool');
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

/** Entries that stand for a whole package. */
export const shortEntries = {
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

/** Text of a package's file, and what stands there instead. */
const REPLACED = [
  // Commander starts programs of its own for some commands; groupctl has none of those.
  {
    file: /commander[\\/]lib[\\/]command\.js$/,
    text: "const childProcess = require('node:child_process');",
    by: "const childProcess = { spawn: (...args) => require('node:child_process').spawn(...args) };",
  },
  // All of node:http for a class that is compared with, and for a number that is 16 KiB unless Node
  // was started with another one.
  {
    file: /undici[\\/]lib[\\/]core[\\/]util\.js$/,
    text: "const { IncomingMessage } = require('node:http')\n",
    by: '',
  },
  {
    file: /undici[\\/]lib[\\/]core[\\/]util\.js$/,
    text: '.constructor === IncomingMessage',
    by: ".constructor === require('node:http').IncomingMessage",
  },
  {
    file: /undici[\\/]lib[\\/]dispatcher[\\/]client\.js$/,
    text: "const http = require('node:http')",
    by: `const http = /max.http.header.size/.test([process.env.NODE_OPTIONS, ...process.execArgv].join(' '))
  ? require('node:http')
  : { maxHeaderSize: 16384 }`,
  },
];

/**
 * Files of undici of which the client uses little: what stands for each. The tables are for parsing
 * requests, nobody subscribes to the channels, and the tree of known headers takes longer to build than
 * it saves in a few answers.
 */
const SHORTENED = {
  'llhttp/constants': () => {
    const { ERROR, TYPE } = moduleOf('llhttp/constants');
    return `module.exports = ${JSON.stringify({ ERROR, TYPE })};`;
  },
  'core/diagnostics': () => {
    const names = Object.keys(moduleOf('core/diagnostics').channels);
    const silent = names.map((name) => [name, { hasSubscribers: false }]);
    return `exports.channels = ${JSON.stringify(Object.fromEntries(silent))};`;
  },
  'core/tree': () => {
    const known = moduleOf('core/tree').tree.lookup(Buffer.from('Content-Type'));
    if (known !== 'content-type') throw new Error('undici/lib/core/tree.js is not as expected');
    return 'exports.tree = { lookup: () => null };';
  },
};

function moduleOf(name) {
  return require(join(undiciFolder, 'lib', `${name}.js`));
}

// node:assert brings the comparison of objects and its coloured report with it.
const ASSERT = `module.exports = (ok, message) => {
  if (!ok) throw message instanceof Error ? message : new Error(message ?? 'assertion failed');
};`;

/** Code of packages that loads less. */
export const patches = {
  name: 'patches',
  setup(build) {
    build.onLoad(
      { filter: new RegExp(REPLACED.map(({ file }) => file.source).join('|')) },
      async ({ path }) => {
        let source = await readFile(path, 'utf8');
        for (const { file, text, by } of REPLACED) {
          if (!file.test(path)) continue;
          if (source.split(text).length !== 2)
            throw new Error(`${path} is not as expected: ${text}`);
          source = source.replace(text, () => by);
        }
        return { contents: source, loader: 'js' };
      },
    );
    build.onResolve({ filter: /^node:assert$/ }, ({ importer }) =>
      /node_modules[\\/]undici[\\/]/.test(importer)
        ? { path: 'assert', namespace: 'short' }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'short' }, () => ({ contents: ASSERT, loader: 'js' }));
    for (const [name, contents] of Object.entries(SHORTENED)) {
      const filter = new RegExp(`undici[\\\\/]lib[\\\\/]${name.replace('/', '[\\\\/]')}\\.js$`);
      build.onLoad({ filter }, () => ({ contents: contents(), loader: 'js' }));
    }
    // HTTP/2 is not spoken (allowH2 is off), and bodies are strings: form data and streams as
    // bodies would bring all of fetch.
    build.onLoad(
      { filter: /undici[\\/]lib[\\/](dispatcher[\\/]client-h2|web[\\/]fetch[\\/]body)\.js$/ },
      ({ path }) => ({
        contents: `module.exports = () => { throw new Error('not bundled: ${basename(path)}'); };`,
        loader: 'js',
      }),
    );
    // The parser is a file of its own, or an asset of the executable: text in a bundle is parsed twice.
    build.onLoad(
      { filter: /undici[\\/]lib[\\/]llhttp[\\/]llhttp(_simd)?-wasm\.js$/ },
      ({ path }) => {
        const name = wasmName(path);
        return {
          contents: `module.exports = require.asset?.(${JSON.stringify(name)}) ?? require('node:fs').readFileSync(require('node:path').join(__dirname, ${JSON.stringify(name)}));`,
          loader: 'js',
        };
      },
    );
  },
};

/** The files next to the bundles that they read: name and content. */
export function wasmFiles() {
  return ['llhttp-wasm.js', 'llhttp_simd-wasm.js'].map((file) => {
    const path = join(undiciFolder, 'lib', 'llhttp', file);
    const content = require(path);
    if (!WebAssembly.validate(content)) throw new Error(`${path} is not as expected`);
    return { name: wasmName(path), content };
  });
}

function wasmName(path) {
  return path.includes('_simd') ? 'llhttp-simd.wasm' : 'llhttp.wasm';
}
