'use strict';
const { lstatSync, mkdirSync } = require('node:fs');
const { homedir } = require('node:os');
const { dirname, isAbsolute, join } = require('node:path');

/**
 * Lets Node (22.1 and later) keep what it compiles of groupctl, in a folder that nobody else can write
 * to: a user who can runs code as this one. Does nothing in CI, where each run begins with an empty
 * machine, and never fails.
 *
 * @param {(folder: string) => unknown} enable `module.enableCompileCache`
 * @param {NodeJS.ProcessEnv} env
 */
function enableCache(enable, env = process.env, platform = process.platform) {
  // Node looks whether they are set, and not at their value.
  const isTheirs = 'NODE_DISABLE_COMPILE_CACHE' in env || 'NODE_COMPILE_CACHE' in env;
  if (isTheirs || isInCi(env)) return;
  try {
    const folder = ownFolder(env, platform);
    if (folder !== undefined) enable(folder);
  } catch {
    // No home folder, or one that can only be read.
  }
}

/** The folder, made if it is not there; undefined where somebody else could put files into it. */
function ownFolder(env, platform) {
  const base = caches(env, platform);
  // HOME may be empty, and then it would be the current folder.
  if (!isAbsolute(base)) return undefined;
  const folder = join(base, 'groupctl', 'compile-cache');
  for (const each of [base, dirname(folder), folder]) make(each);
  if (platform === 'win32') return lstatSync(folder).isDirectory() ? folder : undefined;
  const { uid, mode } = lstatSync(folder);
  const isOwn = uid === process.getuid() && !(mode & 0o077);
  return isOwn && isSafe(folder) ? folder : undefined;
}

/** True if it and those above it are folders, no links, of this user or of root, and only these write to them. */
function isSafe(folder) {
  const stats = lstatSync(folder);
  const isOurs = stats.uid === process.getuid() || stats.uid === 0;
  if (!stats.isDirectory() || !isOurs || stats.mode & 0o022) return false;
  return dirname(folder) === folder || isSafe(dirname(folder));
}

function caches(env, platform) {
  if (platform === 'win32') return env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  return env.XDG_CACHE_HOME || join(homedir(), '.cache');
}

/** Not with `recursive`: below /proc that does not come back. */
function make(folder) {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}

/** As src/cli/in-ci.ts has it. */
function isInCi({ CI: ci }) {
  return ci !== undefined && !/^(false|0|)$/i.test(ci);
}

module.exports = { enableCache };
