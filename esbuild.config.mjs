// Builds dist/: CommonJS files that start fast. What a command does not use is in files of its own,
// made from the dynamic imports of the source; docs/performance.md has the measurements.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { compileModulesAtOnce } from './scripts/bundle/eager.mjs';
import { entryOf, nameOf, otherFiles } from './scripts/bundle/files.mjs';
import { isPackage, SHARED, sharesModules } from './scripts/bundle/groups.mjs';
import { licenses } from './scripts/bundle/licenses.mjs';
import { patches, shortEntries, wasmFiles } from './scripts/bundle/patches.mjs';
import { countCalls } from './scripts/bundle/profile.mjs';
import { splitRare } from './scripts/bundle/rare.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const LICENSES = 'THIRD-PARTY-LICENSES.txt';

/**
 * Builds all files and returns what they are made of, by group.
 *
 * @param shared the modules of files that others take from there
 * @param write false: nothing is written
 */
async function buildAll(shared, write) {
  const wanted = new Map();
  const metafiles = new Map();
  const build = async (group, options) => {
    const ownerOf = (path) => {
      const owner = SHARED.find((each) => shared.get(each)?.has(nameOf(root, path)));
      return sharesModules(group, owner) && !isPackage(path) ? owner : undefined;
    };
    const plugins = [otherFiles({ root, wanted, ownerOf }), shortEntries, patches];
    const { metafile, outputFiles } = await buildFile(group, { ...options, plugins });
    metafiles.set(group, metafile);
    if (!write) return;
    for (const { path, text } of outputFiles) await writeFile(path, compileModulesAtOnce(text));
  };
  await build('main', { entryPoints: [join(root, 'src/main.ts')] });
  const built = new Map();
  // A file may want modules of another one that is built already: then that one is built again.
  for (;;) {
    const next = [...wanted].find(([group, modules]) => built.get(group) !== modules.size);
    if (next === undefined) return metafiles;
    const [group, modules] = next;
    built.set(group, modules.size);
    await build(group, {
      // In order: the same source is the same program.
      stdin: { contents: await entryOf(root, [...modules].sort()), resolveDir: root },
    });
  }
}

/** Builds one file: returns its text and what it is made of. */
async function buildFile(group, options) {
  return await esbuild.build({
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
    supported: {
      // import() of a CommonJS file would start the ES module loader: 0.2 of a whole start-up.
      'dynamic-import': false,
      // A pattern stays a literal, which is left out where nobody uses it.
      'regexp-unicode-property-escapes': true,
    },
    metafile: true,
    write: false,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
  });
}

/** Moves what everyday commands do not call out of the files that they load; returns the files that it wrote. */
async function splitAll() {
  const written = [];
  for (const [name, calls] of await countCalls(dist)) {
    const path = join(dist, name);
    const rareName = `${basename(name, '.js')}-rare.js`;
    const { text, rare } = splitRare(await readFile(path, 'utf8'), rareName, calls);
    // The file that is loaded later is there first.
    if (rare !== undefined) {
      await writeFile(join(dist, rareName), rare);
      written.push(rareName);
    }
    await writeFile(path, text);
  }
  return written;
}

/**
 * Shortens the names inside of functions. Those of functions and methods themselves stay: a stack trace in
 * a bug report has to be readable.
 */
async function shortenNames(name) {
  const path = join(dist, name);
  const options = { minifyIdentifiers: true, minifyWhitespace: true };
  const { code } = await esbuild.transform(await readFile(path, 'utf8'), options);
  await writeFile(path, code);
}

await mkdir(dist, { recursive: true });
const alone = await buildAll(new Map(), false);
const shared = new Map(
  SHARED.map((group) => [group, new Set(Object.keys(alone.get(group).inputs))]),
);
const metafiles = await buildAll(shared, true);
await writeFile(join(dist, LICENSES), await licenses(root, [...metafiles.values()]));
const wasm = wasmFiles();
for (const { name, content } of wasm) await writeFile(join(dist, name), content);
const rareNames = await splitAll();
// Last, and not all at once at the start: a program that is running finds its files.
const wasmNames = wasm.map(({ name }) => name);
const programs = [...rareNames, ...[...metafiles.keys()].map((group) => `${group}.js`)];
await Promise.all(programs.map(shortenNames));
const current = new Set([LICENSES, ...wasmNames, ...programs]);
for (const entry of await readdir(dist)) {
  if (!current.has(entry)) await rm(join(dist, entry), { recursive: true, force: true });
}
