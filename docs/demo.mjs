// npm run demo: the main job, on the embedded sandbox, in a state folder that is thrown away.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'groupctl.js');
const home = mkdtempSync(join(tmpdir(), 'groupctl-demo-'));
const env = {
  ...process.env,
  GROUPCTL_SOURCE: 'sandbox',
  GROUPCTL_URL: '',
  GROUPCTL_CONFIG_DIR: join(home, 'config'),
  GROUPCTL_STATE_DIR: join(home, 'state'),
  // By hand one read-back is enough; nobody else writes here.
  CI: '',
};

const LIST = ['security', 'groups', 'members', 'list', '--name=Developers'];
const ADD = ['security', 'groups', 'members', 'add', '--member=John Smith', '--name=Developers'];

function show(title, args) {
  const typed = args.map((word) => (word.includes(' ') ? word.replace(/=(.*)$/, '="$1"') : word));
  console.log(`\n# ${title}\n$ groupctl ${typed.join(' ')}`);
  const { status } = spawnSync(process.execPath, [bin, ...args], { env, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

try {
  console.log(
    'groupctl on its embedded sandbox: a small company on a ProGet server, on this machine only.',
  );
  show('Who is in Developers?', LIST);
  show('Add John Smith.', ADD);
  show('Who is in Developers now?', LIST);
  show('The same again: nothing changes, and that is no error.', ADD);
  console.log(
    '\nNext, your own server: groupctl sources add --url=https://… --api-key-stdin < key.txt',
  );
} finally {
  rmSync(home, { recursive: true, force: true });
}
