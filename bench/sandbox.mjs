// A sandbox in a process of its own, so that it does not take part in what is timed.
import { spawn } from 'node:child_process';

/** Starts `sandbox serve` with these options, on a free port; in memory unless told otherwise. */
export async function serveSandbox(bin, env, options = [], { onDisk = false } = {}) {
  const where = onDisk ? [] : ['--memory'];
  const args = [bin, 'sandbox', 'serve', '--port=0', ...where, '--json', ...options];
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
  await admin(url, 'state', 'PATCH', state);
}

/** What the sandbox was asked since the start or the last clearing, in order. */
export async function requestsOf(url) {
  return await (await admin(url, 'requests', 'GET')).json();
}

export async function clearRequests(url) {
  await admin(url, 'requests', 'DELETE');
}

/** Misbehaviour from now on, in the place of what there was. */
export async function setFaults(url, faults) {
  await admin(url, 'faults', 'PUT', faults);
}

async function admin(url, path, method, body) {
  const response = await fetch(`${url}/_sandbox/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}
