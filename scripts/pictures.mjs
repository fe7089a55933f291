// npm run pictures: the pictures of the README and the docs, made of the program's own output on the sandbox.
// With --check nothing is written: exit 1 if a picture is not what the program prints now.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { svg } from './svg.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'docs/pictures');
const work = mkdtempSync(join(tmpdir(), 'groupctl-pictures-'));

/** Wide enough for the longest line that is shown. */
const COLUMNS = 100;
const MEMBERS = ['security', 'groups', 'members'];

/** Each picture: what is typed, and the answers to its questions. */
const PICTURES = {
  demo: [
    [[...MEMBERS, 'list', '--name=Developers']],
    [[...MEMBERS, 'add', '--member=John Smith', '--name=Developers']],
    [[...MEMBERS, 'add', '--member=Jon Smith', '--name=Developers']],
  ],
  sync: [
    [[...MEMBERS, 'sync', '--name=Developers', '--file=team.csv', '--max-removal-percent=50'], 'y'],
  ],
  offboard: [[[...MEMBERS, 'offboard', '--member=djones', '--dry-run']]],
  history: [
    [[...MEMBERS, 'add', '--member=jsmith', '--name=QA', '--reason=TICKET-123']],
    [['history']],
    [['undo', 'latest'], 'y'],
    [[...MEMBERS, 'list', '--name=QA']],
  ],
};

const TEAM = 'Username,Department\nmbrown,IT\nCORP\\akhan,IT\njsmith,IT\nJohn Smith,IT\n';

/** The program in this process, as the tests have it: on a terminal, at a time that stands still. */
async function loadProgram() {
  const outfile = join(work, 'program.cjs');
  await esbuild.build({
    entryPoints: [join(root, 'src/program.ts')],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    mainFields: ['module', 'main'],
    external: ['@napi-rs/keyring'],
    logLevel: 'error',
  });
  return createRequire(import.meta.url)(outfile).run;
}

async function record(run, name, commands) {
  const home = join(work, name);
  mkdirSync(home);
  writeFileSync(join(home, 'team.csv'), TEAM);
  process.chdir(home);
  let now = Date.UTC(2026, 0, 5, 9, 30);
  let text = '';
  for (const [argv, answer] of commands) {
    const words = argv.map((word) => (word.includes(' ') ? word.replace(/=(.*)$/, '="$1"') : word));
    text += `\u001b[1m$ groupctl ${words.join(' ')}\u001b[22m\n`;
    const stream = { isTTY: true, columns: COLUMNS, write: (more) => void (text += more) };
    await run(argv, {
      env: {
        GROUPCTL_SOURCE: 'sandbox',
        GROUPCTL_CONFIG_DIR: join(home, 'config'),
        GROUPCTL_STATE_DIR: join(home, 'state'),
      },
      platform: 'linux',
      signal: new AbortController().signal,
      clock: { now: () => now, random: () => 0.5, sleep: async () => undefined },
      io: {
        stdout: stream,
        stderr: stream,
        stdinIsTTY: true,
        readStdin: async () => Buffer.of(),
        readLine: async ({ text: question }) => {
          text += `${question} ${answer}\n`;
          return answer;
        },
      },
    });
    text += '\n';
    now += 60_000;
  }
  return withoutChance(text.trimEnd().replaceAll(home, '~'));
}

/** Run ids are random, and times are local: the pictures have the same ones each time. */
function withoutChance(text) {
  const ids = new Map();
  const id = (found) => {
    if (!ids.has(found))
      ids.set(found, `01KE6QZ0${'ABCDEFGH'[ids.size]}V3M8S5T2W9X7Y4ZAB`.slice(0, 26));
    return ids.get(found);
  };
  return text
    .replaceAll(/\b01[0-9A-HJKMNP-TV-Z]{24}\b/g, id)
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '2026-01-05 09:30');
}

const check = process.argv.includes('--check');
try {
  const run = await loadProgram();
  if (!check) mkdirSync(folder, { recursive: true });
  for (const [name, commands] of Object.entries(PICTURES)) {
    const picture = svg(await record(run, name, commands));
    const path = join(folder, `${name}.svg`);
    if (!check) writeFileSync(path, picture);
    else if (readFileSync(path, 'utf8') !== picture) {
      console.error(`docs/pictures/${name}.svg is not what groupctl prints: npm run pictures`);
      process.exitCode = 1;
    }
  }
} finally {
  process.chdir(root);
  rmSync(work, { recursive: true, force: true });
}
