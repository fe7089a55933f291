// Builds dist/: CommonJS files that start fast. What a command does not use is in files of its own,
// made from the dynamic imports of the source; docs/performance.md has the measurements.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);

// undici's own entry loads its fetch, mocks, caches and HTTP/2: a third of a command's time. These
// export the part that the source imports; a file that moves in an update fails the build.
const undiciFolder = dirname(require.resolve('undici/package.json'));
const UNDICI_CLIENT = `
  const Dispatcher = require('./lib/dispatcher/dispatcher');
  Dispatcher.prototype.request = require('./lib/api/api-request');
  exports.Agent = require('./lib/dispatcher/agent');
`;
const UNDICI_PROXY = `
  exports.EnvHttpProxyAgent = require('./lib/dispatcher/env-http-proxy-agent');
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
    build.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({
      contents: UNUSED[path],
      loader: 'js',
    }));
  },
};

const target = 'node20';

await rm(dist, { recursive: true, force: true });
// Splitting works for ES modules only, so each file is made one first and CommonJS afterwards.
const { outputFiles, metafile } = await esbuild.build({
  entryPoints: [join(root, 'src/main.ts')],
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target,
  outdir: dist,
  chunkNames: 'chunks/[name]-[hash]',
  mainFields: ['module', 'main'],
  plugins: [shortEntries],
  metafile: true,
  minifySyntax: true,
  legalComments: 'none',
  write: false,
});

for (const file of outputFiles) {
  const { code } = await esbuild.transform(file.text, {
    format: 'cjs',
    platform: 'node',
    target,
    // import() of a CommonJS file would start the ES module loader: 0.2 of a whole start-up.
    supported: { 'dynamic-import': false },
  });
  await mkdir(dirname(file.path), { recursive: true });
  await writeFile(file.path, code);
}
await writeFile(join(dist, 'THIRD-PARTY-LICENSES.txt'), await licenses(metafile));

/** The licences of the packages whose code is in the bundle. */
async function licenses({ outputs }) {
  const packages = new Set();
  for (const output of Object.values(outputs)) {
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
