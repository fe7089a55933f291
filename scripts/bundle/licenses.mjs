import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The licences of the packages whose code is in files that esbuild made: their metafiles. */
export async function licenses(root, files) {
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
