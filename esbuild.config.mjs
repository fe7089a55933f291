// Builds dist/: CommonJS files that start fast. What a command does not use is in files of its own,
// made from the dynamic imports of the source; docs/performance.md has the measurements.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { groupOf, isPackage, isShared } from './scripts/bundle/groups.mjs';
import { licenses } from './scripts/bundle/licenses.mjs';
import { patches, shortEntries, wasmFiles } from './scripts/bundle/patches.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const LICENSES = 'THIRD-PARTY-LICENSES.txt';

/** Modules that other files of dist/ load, by group: the entries of those files. */
const wanted = new Map();

/** An import of another group's module loads that group's file. */
function lazyGroups(own) {
  return {
    name: 'lazy-groups',
    setup(build) {
      build.onResolve({ filter: /.*/ }, async ({ path, kind, pluginData, ...rest }) => {
        if (path.startsWith('node:') || pluginData === RESOLVING) return undefined;
        if (kind !== 'dynamic-import' && kind !== 'import-statement') return undefined;
        const resolved = await build.resolve(path, {
          ...rest,
          kind: 'import-statement',
          pluginData: RESOLVING,
        });
        if (resolved.external) return undefined;
        const group = groupOf(resolved.path);
        const isStatic = kind === 'import-statement';
        if (isStatic && (group === own || !isShared(own, resolved.path))) return undefined;
        const modules = wanted.get(group) ?? wanted.set(group, new Set()).get(group);
        modules.add(resolved.path);
        return { path: resolved.path, namespace: 'lazy' };
      });
      build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({
        contents: `module.exports = require('./${groupOf(path)}.js').modules[${JSON.stringify(relative(root, path))}]();`,
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

/**
 * The entry of a file. Its modules are imported and not required: what is in a function of its own
 * is parsed once more when that runs. A package may fail where it is loaded, and only then.
 */
function entryOf(paths) {
  const imports = paths.map((path, at) =>
    isPackage(path) ? '' : `import * as m${at} from ${JSON.stringify(path)};`,
  );
  const names = paths.map((path, at) => {
    const module = isPackage(path) ? `require(${JSON.stringify(path)})` : `es(m${at})`;
    return `${JSON.stringify(relative(root, path))}: () => ${module}`;
  });
  // Where it is loaded it is no ES module, and would be its own default.
  const mark = 'const es = (m) => Object.defineProperty(m, "__esModule", { value: true });';
  return [...imports, mark, `export const modules = { ${names.join(',')} };`].join('\n');
}

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
    plugins: [lazyGroups(group), shortEntries, patches],
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
  metafiles.push(
    await buildFile(group, { stdin: { contents: entryOf([...modules]), resolveDir: root } }),
  );
}
await writeFile(join(dist, LICENSES), await licenses(root, metafiles));
const wasm = wasmFiles();
for (const { name, content } of wasm) await writeFile(join(dist, name), content);
// Last, and not all at once at the start: a program that is running finds its files.
const wasmNames = wasm.map(({ name }) => name);
const current = new Set([
  'main.js',
  LICENSES,
  ...wasmNames,
  ...[...built.keys()].map((group) => `${group}.js`),
]);
for (const entry of await readdir(dist)) {
  if (!current.has(entry)) await rm(join(dist, entry), { recursive: true, force: true });
}
