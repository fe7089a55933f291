// The peer of bench/batch.mjs: the same adds with undici and nothing else, as a program of its own.
// node bare-loop.mjs <url> <token> <concurrency> <member>…
// Prints how long the loop took, in milliseconds.
import { Agent } from 'undici';

const [url, token, concurrency, ...members] = process.argv.slice(2);
const agent = new Agent();
const headers = { authorization: `Bearer ${token}` };

async function call(method, path) {
  const { body, statusCode } = await agent.request({ origin: url, method, path, headers });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${statusCode} ${text}`);
  return JSON.parse(text);
}

const groups = await call('GET', '/api/v1/groups');
const { id } = groups.find(({ name }) => name === 'Everybody');
const left = members.values();
const started = performance.now();
await Promise.all(
  Array.from({ length: Number(concurrency) }, async () => {
    for (const name of left) {
      await call('POST', `/api/v1/groups/${id}/users/${encodeURIComponent(name)}`);
    }
  }),
);
console.log(performance.now() - started);
await agent.close();
