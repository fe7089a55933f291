// A sandbox in a process of its own, so that it does not take part in what is timed.
import { spawn } from 'node:child_process';

/** Starts `sandbox serve` with these options, in memory and on a free port. */
export async function serveSandbox(bin, env, options = []) {
  const args = [bin, 'sandbox', 'serve', '--port=0', '--memory', '--json', ...options];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  const { url, apiKey } = await new Promise((resolve, reject) => {
    child.on('exit', () => reject(new Error('the sandbox stopped')));
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.trimEnd().endsWith('}')) resolve(JSON.parse(text));
    });
  });
  child.removeAllListeners('exit');
  return { url, apiKey, stop: () => child.kill() };
}

/** Replaces parts of a sandbox's state. */
export async function patchSandbox(url, state) {
  const response = await fetch(`${url}/_sandbox/state`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(state),
  });
  if (!response.ok) throw new Error(`seeding: ${response.status} ${await response.text()}`);
}
