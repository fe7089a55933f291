// Which file of dist/ has which modules; docs/performance.md has the measurements.

/**
 * Which file of dist/ a dynamically imported module is in. What one command uses is in one file:
 * each file costs a third of a millisecond, and esbuild's own splitting makes twenty of them.
 */
export function groupOf(path) {
  if (path.includes('/src/sandbox/infisical')) return 'sandbox-infisical';
  if (path.includes('/src/sandbox/')) return 'sandbox';
  if (path.includes('/src/backends/infisical/')) return 'infisical';
  if (path.includes('/src/operations/history/')) return 'history';
  if (/\/src\/state\/journal\/(list|prune|reader)\.ts$/.test(path)) return 'history';
  if (path.includes('/src/operations/people/')) return 'people';
  if (/\/src\/(operations|backends\/proget)\/security\//.test(path)) return 'security';
  if (/\/src\/operations\/membership\/(sync|copy)[^/]*$/.test(path)) return 'sync';
  if (path.includes('/src/operations/sources/')) return 'sources';
  if (/\/node_modules\/(proper-lockfile|atomically)\//.test(path)) return 'sources';
  if (path.endsWith('/src/state/sources/config-writer.ts')) return 'sources';
  if (path.includes('/src/state/postgres/') || path.includes('/src/operations/store/'))
    return 'postgres';
  if (path.endsWith('/src/http/proxy.ts')) return 'proxy';
  if (path.endsWith('/src/files/read/csv-parse.ts')) return 'csv-parse';
  if (path.endsWith('/src/files/failures/csv-write.ts')) return 'csv';
  if (path.includes('/src/files/')) return 'input';
  if (path.endsWith('/src/output/csv.ts')) return 'csv';
  if (path.endsWith('/src/output/query.ts')) return 'query';
  if (/\/src\/output\/(table|pager)\.ts$/.test(path)) return 'table';
  if (path.endsWith('/src/program.ts')) return 'program';
  // The words of results, next to what makes them.
  if (path.includes('/src/output/results/security/')) return 'security';
  if (/\/src\/output\/results\/(offboard[a-z-]*|where)\.ts$/.test(path)) return 'people';
  if (/\/src\/output\/results\/(history[a-z-]*|undo-resume)\.ts$/.test(path)) return 'history';
  if (/\/src\/output\/results\/(source|import)\.ts$/.test(path)) return 'sources';
  if (/\/src\/output\/results\/(sync|copy)\.ts$/.test(path)) return 'sync';
  if (path.endsWith('/src/output/results/store.ts')) return 'postgres';
  // What every command needs that does something, and --help and --version do not.
  if (COMMAND.test(path)) return 'command';
  // Help topics, completion: without a server.
  if (/\/src\/cli\/(complete|completion-scripts|help-topics)\.ts$/.test(path)) return 'words';
  // Used on a terminal only; clack is in the second.
  if (path.endsWith('/src/output/progress/bar.ts')) return 'progress';
  if (path.endsWith('/src/output/ask/prompt.ts')) return 'ask';
  // Where the secrets of a few sources are, and whose certificates a few servers have.
  if (/\/src\/(state\/sources\/(keyring|key-command)|http\/trust)\.ts$/.test(path))
    return 'secrets';
  if (/\/src\/(backends\/proget|http)\/|\/src\/cli\/connect\.ts$/.test(path)) return 'server';
  return 'runtime';
}

const COMMAND =
  /\/src\/(output\/(results\/.*|present|failure)|cli\/create-deps|http\/redact|operations\/health-failure)\.ts$/;

/** Files that are loaded by themselves: the modules that they share with others are in each of them. */
const ALONE = new Set(['main', 'program', 'command', 'words', 'runtime']);
/** Files whose modules the others share. */
const SHARED = new Set(['runtime', 'server']);

/** True where a module that another one imports is taken from the file of what every change needs. */
export function isShared(own, path) {
  const isSource = path.includes('/src/') && !isPackage(path);
  return !ALONE.has(own) && isSource && SHARED.has(groupOf(path));
}

export function isPackage(path) {
  return path.includes('/node_modules/');
}
