// Runs dist/ as the executable does, and writes what V8 has compiled of each file by the end:
// node compile.cjs DIST FOLDER argument…
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const [dist, folder, ...argv] = process.argv.slice(2);
const loaded = new Map();
// A cache that was made with other flags than it is read with is refused.
require('node:v8').setFlagsFromString = () => undefined;
process.argv = [process.execPath, process.execPath, ...argv];

function load(name) {
  const before = loaded.get(name);
  if (before !== undefined) return before.module.exports;
  const module = { exports: {} };
  const text = readFileSync(join(dist, name), 'utf8');
  const source = `(function (exports, require, module, __filename, __dirname) {${text}\n})`;
  const script = new Script(source, { filename: join(dist, name) });
  loaded.set(name, { module, script });
  const inside = (wanted) => (wanted.startsWith('./') ? load(wanted.slice(2)) : require(wanted));
  script.runInThisContext()(module.exports, inside, module, join(dist, name), dist);
  return module.exports;
}

process.on('exit', (code) => {
  if (code !== 0) return;
  for (const [name, { script }] of loaded) {
    writeFileSync(join(folder, `${name}.cache`), script.createCachedData());
  }
});

load('main.js');
