// Writes the man pages, one for each command, from the help of the built program: node scripts/man.mjs FOLDER
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = process.argv[2] ?? join(root, 'man');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What `groupctl … --help --all` prints. */
function helpOf(words) {
  const bin = join(root, 'bin/groupctl.js');
  const { stdout, status } = spawnSync(process.execPath, [bin, ...words, '--help', '--all'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`groupctl ${words.join(' ')} --help: exit ${status}`);
  return stdout.trimEnd().split('\n');
}

/** A help page in parts: what stands before the first title, and the lines below each. */
function partsOf(lines) {
  const parts = [{ title: '', lines: [] }];
  for (const line of lines) {
    const title = /^([A-Z][\w ,-]*):(.*)$/.exec(line);
    if (title === null) parts.at(-1).lines.push(line);
    else parts.push({ title: title[1], lines: title[2].trim() === '' ? [] : [title[2].trim()] });
  }
  return parts.map(({ title, lines }) => ({ title, lines: trimmed(lines) }));
}

function trimmed(lines) {
  const first = lines.findIndex((line) => line !== '');
  return first === -1 ? [] : lines.slice(first, lines.findLastIndex((line) => line !== '') + 1);
}

const escaped = (text) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/, '\\&$1');

/** Terms with their descriptions: two spaces, the term, two spaces or more, what it is. */
function terms(lines) {
  const out = [];
  for (const line of lines) {
    const term = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line);
    if (term === null) out.push(escaped(line.trim()));
    else out.push('.TP', `\\fB${escaped(term[1])}\\fR`, ...(term[2] ? [escaped(term[2])] : []));
  }
  return out;
}

const asTyped = (lines) => ['.nf', ...lines.map((line) => escaped(line)), '.fi'];

const TERMS = new Set([
  'Options',
  'Safety',
  'Server',
  'Output',
  'Arguments',
  'Commands',
  'Exit codes',
]);

function pageOf(words, lines) {
  const name = ['groupctl', ...words].join('-');
  const [intro, ...parts] = partsOf(lines);
  const usage = parts.find(({ title }) => title === 'Usage')?.lines.join(' ') ?? '';
  const summary = intro.lines.join(' ').replace(/\.$/, '');
  const sections = parts.filter(({ title, lines }) => title !== 'Usage' && lines.length > 0);
  return [
    `.TH ${name.toUpperCase().replaceAll('-', '\\-')} 1 "" "groupctl ${version}" "groupctl manual"`,
    '.SH NAME',
    `${escaped(name)} \\- ${escaped(summary.charAt(0).toLowerCase() + summary.slice(1))}`,
    '.SH SYNOPSIS',
    `\\fB${escaped(usage.replace(/ +/g, ' '))}\\fR`,
    ...sections.flatMap(({ title, lines }) => [
      `.SH ${title.toUpperCase()}`,
      ...(TERMS.has(title) ? terms(lines) : asTyped(lines)),
    ]),
    ...(words.length === 0
      ? []
      : ['.SH SEE ALSO', `\\fB${escaped(['groupctl', ...words.slice(0, -1)].join('-'))}\\fR(1)`]),
    '',
  ].join('\n');
}

/** Writes the page of a command and those of the commands below it. */
function write(words) {
  const lines = helpOf(words);
  const file = `${['groupctl', ...words].join('-')}.1`;
  writeFileSync(join(folder, file), pageOf(words, lines));
  const below = partsOf(lines).find(({ title }) => title === 'Commands')?.lines ?? [];
  const names = below.flatMap((line) => /^ {2}(\S+)/.exec(line)?.[1] ?? []);
  for (const name of names) if (name !== 'help') write([...words, name]);
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
write([]);
