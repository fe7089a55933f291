// The first code of the single executable: it runs the files of dist/, which are assets of it. Each
// may come with what V8 compiled of it (`name.cache`), which is as good as the executable itself.
'use strict';
const { getAsset, getRawAsset } = require('node:sea');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

const folder = dirname(process.execPath);
const loaded = new Map();

function load(name) {
  const before = loaded.get(name);
  if (before !== undefined) return before.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  const filename = join(folder, name);
  const source = `(function (exports, require, module, __filename, __dirname) {${getAsset(name, 'utf8')}\n})`;
  const cachedData = cacheOf(name);
  const script = new Script(source, { filename, ...(cachedData && { cachedData }) });
  script.runInThisContext()(module.exports, requireInside, module, filename, folder);
  return module.exports;
}

function cacheOf(name) {
  try {
    return new Uint8Array(getRawAsset(`${name}.cache`));
  } catch {
    return undefined;
  }
}

function requireInside(name) {
  if (name.startsWith('./')) return load(name.slice(2));
  // A package with a binary part of its own, which no single file can hold.
  if (name === '@napi-rs/keyring') throw new Error('the single executable has no keyring');
  return require(name);
}

requireInside.asset = (name) => Buffer.from(getRawAsset(name));

load('main.js');
