// Runs start.cjs as the executable does, with the files of dist/ as its assets, and writes what V8 has
// compiled of each by the end: node compile.cjs DIST FOLDER argument…
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { basename, join } = require('node:path');
const { compileFunction, Script } = require('node:vm');

const [dist, folder, ...argv] = process.argv.slice(2);
const scripts = new Map();

class KeptScript extends Script {
  constructor(source, options) {
    super(source, options);
    scripts.set(basename(options.filename), this);
  }
}

/** What start.cjs gets in the place of Node's own; there is no cache yet. */
const INSTEAD = {
  'node:sea': {
    getAsset: (name) => readFileSync(join(dist, name), 'utf8'),
    getRawAsset: (name) => readFileSync(join(dist, name)),
  },
  'node:vm': { Script: KeptScript },
};

// A cache that was made with other flags than it is read with is refused.
require('node:v8').setFlagsFromString = () => undefined;
process.argv = [process.execPath, process.execPath, ...argv];
process.on('exit', (code) => {
  if (code !== 0) return;
  for (const [name, script] of scripts) {
    writeFileSync(join(folder, `${name}.cache`), script.createCachedData());
  }
});

const start = readFileSync(join(__dirname, 'start.cjs'), 'utf8');
compileFunction(start, ['require'])((name) => INSTEAD[name] ?? require(name));
