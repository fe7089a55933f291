// How the files of dist/ load modules of each other.
import { relative } from 'node:path';
import * as esbuild from 'esbuild';
import { groupOf, isPackage, plainPath } from './groups.mjs';

/**
 * Takes modules from other files: a dynamic import loads the file of its group, and a static one that
 * of its owner.
 *
 * @param wanted modules that other files load, by group: added to
 * @param ownerOf the group whose file has a module that this one imports; undefined: this one has it
 */
export function otherFiles({ root, wanted, ownerOf }) {
  return {
    name: 'other-files',
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
        const isStatic = kind === 'import-statement';
        const group = isStatic ? ownerOf(resolved.path) : groupOf(resolved.path);
        if (group === undefined) return undefined;
        const modules = wanted.get(group) ?? wanted.set(group, new Set()).get(group);
        modules.add(resolved.path);
        const namespace = isStatic ? 'linked' : 'lazy';
        // The path stands in the file, and is the same on every machine.
        const name = nameOf(root, resolved.path);
        const required = `require('./${group}.js').modules[${JSON.stringify(name)}]()`;
        return { path: name, namespace, pluginData: { path: resolved.path, required } };
      });
      build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ pluginData: { required } }) => ({
        contents: `module.exports = ${required};`,
      }));
      // By name: esbuild would define a getter for each name in each module that imports it.
      build.onLoad({ filter: /.*/, namespace: 'linked' }, async ({ pluginData }) => {
        const names = (await exportsOf(pluginData.path)).join(', ');
        return { contents: `const { ${names} } = ${pluginData.required}; export { ${names} };` };
      });
      for (const namespace of ['lazy', 'linked']) {
        build.onResolve({ filter: /^\.\/[a-z-]+\.js$/, namespace }, ({ path }) => ({
          path,
          external: true,
        }));
      }
    },
  };
}

const RESOLVING = Symbol('resolving');

/** What the files of dist/ call a module: its path below the root, as esbuild lists it. */
export function nameOf(root, path) {
  return plainPath(relative(root, path));
}

/**
 * The entry of a file. Its modules are imported and not required: what is in a function of its own
 * is parsed once more when that runs. A package may fail where it is loaded, and only then.
 */
export async function entryOf(root, paths) {
  const modules = await Promise.all(
    paths.map(async (path, at) => {
      const name = JSON.stringify(nameOf(root, path));
      if (isPackage(path)) return { made: `${name}: () => require(${JSON.stringify(path)})` };
      const names = await exportsOf(path);
      const imported = names.map((each) => `${each} as m${at}_${each}`);
      const made = names.map((each) => `${each}: m${at}_${each}`);
      return {
        imported: `import { ${imported.join(', ')} } from ${JSON.stringify(path)};`,
        // Where it is loaded it is no ES module, and would be its own default.
        made: `${name}: () => ({ ${['__esModule: true', ...made].join(', ')} })`,
      };
    }),
  );
  const imports = modules.map(({ imported = '' }) => imported).join('\n');
  return `${imports}\nexport const modules = { ${modules.map(({ made }) => made).join(', ')} };`;
}

const known = new Map();

/** The names that a module of the source exports. */
function exportsOf(path) {
  if (!known.has(path)) known.set(path, readExports(path));
  return known.get(path);
}

async function readExports(path) {
  const { metafile } = await esbuild.build({
    entryPoints: [path],
    format: 'esm',
    metafile: true,
    write: false,
  });
  return Object.values(metafile.outputs)[0].exports;
}
