// Makes a folder what is published: node scripts/published.mjs FOLDER. Adds the man pages of the built program,
// and takes the scripts out of its package.json: npm warns administrators of those that run at an
// installation.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.argv[2];
if (folder === undefined) throw new Error('The folder is missing.');
const man = join(folder, 'man');
const manPages = join(dirname(fileURLToPath(import.meta.url)), 'man.mjs');
execFileSync(process.execPath, [manPages, man], { stdio: ['ignore', 2, 2] });
const manifest = join(folder, 'package.json');
const { scripts: _, devDependencies: __, ...rest } = JSON.parse(readFileSync(manifest, 'utf8'));
const published = { ...rest, man: readdirSync(man).map((file) => `./man/${file}`) };
writeFileSync(manifest, `${JSON.stringify(published, null, 2)}\n`);
