// Which file of dist/ has which modules; docs/performance.md has the measurements.

/**
 * The files of dist/ and the modules that they are loaded for; the first pattern that matches counts, and
 * the rest is `runtime`: what every change of members needs. What few commands need is in none of the
 * files that every command loads: V8 parses all of a file.
 */
const GROUPS = [
  ['sandbox-infisical', /src\/sandbox\/infisical/],
  ['sandbox', /src\/sandbox\//],
  ['infisical', /src\/backends\/(infisical|per-member)\//],
  ['postgres', /src\/(state\/postgres|operations\/store)\/|results\/store\.ts$/],
  ['history', /src\/operations\/history\/|results\/(history[a-z-]*|undo-resume)\.ts$/],
  ['history', /src\/state\/journal\/(list|prune|reader|files)\.ts$/],
  ['people', /src\/operations\/people\/|results\/(offboard[a-z-]*|where)\.ts$/],
  ['security', /src\/(operations|backends\/proget|output\/results)\/security\//],
  ['groups', /src\/operations\/groups\//],
  ['sync', /src\/operations\/membership\/(sync|copy)|results\/(sync|copy)\.ts$/],
  ['sources', /src\/operations\/sources\/|results\/(source|import)\.ts$/],
  ['sources', /src\/state\/sources\/(config-writer|pgutil-config)\.ts$/],
  ['sources', /node_modules\/(proper-lockfile|atomically)\//],
  // Where the secrets of a few sources are, and whose certificates a few servers have.
  ['secrets', /src\/(state\/sources\/(keyring|key-command)|http\/trust)\.ts$/],
  ['proxy', /src\/http\/proxy\.ts$/],
  ['csv-parse', /src\/files\/read\/csv-parse\.ts$/],
  ['csv', /src\/(files\/failures\/csv-write|output\/csv)\.ts$/],
  ['failures', /src\/files\/failures\//],
  ['read-csv', /src\/files\/(people|read\/csv[a-z-]*)\.ts$/],
  ['read-json', /src\/files\/read\/(json[a-z-]*|own-result)\.ts$/],
  ['input', /src\/(files\/|operations\/membership\/rows-of-group|cli\/stdin\.ts)/],
  ['query', /src\/output\/query\.ts$/],
  ['table', /src\/output\/(table|pager)\.ts$/],
  ['lists', /src\/output\/results\/(lists|health|group|sandbox)\.ts$/],
  // Used on a terminal only; clack is in the second.
  ['progress', /src\/output\/progress\/bar\.ts$/],
  ['ask', /src\/output\/ask\//],
  // Help topics, completion: without a server.
  ['words', /src\/cli\/(complete|completion-scripts|help-topics)\.ts$/],
  ['program', /src\/program\.ts$/],
  // What every command needs that does something, and --help and --version do not.
  [
    'command',
    /src\/(output\/(results\/.*|present|failure)|cli\/create-deps|http\/redact|operations\/health-failure)\.ts$/,
  ],
  ['server', /src\/(backends\/proget\/|http\/|cli\/connect\.ts$)/],
];

/** Which file of dist/ a dynamically imported module is in. */
export function groupOf(path) {
  const plain = plainPath(path);
  return GROUPS.find(([, pattern]) => pattern.test(plain))?.[0] ?? 'runtime';
}

/** With slashes, on Windows, too. */
export function plainPath(path) {
  return path.replaceAll('\\', '/');
}

/**
 * Files whose modules others take instead of having copies, in the order in which a change loads
 * them: each takes what those before it have.
 */
export const SHARED = ['command', 'runtime', 'server'];
/** Loaded before those, or without them. */
const ALONE = new Set(['main', 'program', 'words']);

/** True where a file takes modules from the file of `owner`. */
export function sharesModules(own, owner) {
  if (owner === undefined || ALONE.has(own)) return false;
  const place = SHARED.indexOf(own);
  return place === -1 || SHARED.indexOf(owner) < place;
}

export function isPackage(path) {
  return plainPath(path).includes('/node_modules/');
}
