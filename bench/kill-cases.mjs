// What the runs of the kill test are asked to do, drawn from a seed.

/** Everybody on the server; few enough for one page of the list. */
export const PEOPLE = [
  ...['zoë.müller', "p.o'neil", 'jo hn', '100%', 'a+b', 'Ünal', '日本', 'x_y', 'ß', 'Ωmega'],
  ...Array.from({ length: 80 }, (_, at) => `user${at}`),
].map((name) => `${name}@corp.test`);

export const GROUP = 'Everybody';

/** A generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shuffled(items, random) {
  const all = [...items];
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [all[at], all[other]] = [all[other], all[at]];
  }
  return all;
}

/**
 * Cases in which the members at first, the names asked for and the moments differ. `moment` is
 * where in the run it is killed, 0 to 1, spread evenly: a quarter over the whole process, the others
 * over the part that begins with the journal, which is shorter and where the writes are.
 */
export function casesOf(count, random, latencies) {
  const moments = shuffled(
    Array.from({ length: count }, (_, at) => {
      const of = at % 4 === 0 ? 'process' : 'journal';
      const share = (at + random()) / count;
      return { of, share };
    }),
    random,
  );
  return moments.map((moment, at) => caseOf(moment, latencies[at % latencies.length], random));
}

function caseOf(moment, latencyMs, random) {
  const between = (low, high) => low + Math.floor(random() * (high - low + 1));
  const some = (most) => shuffled(PEOPLE, random).slice(0, most);
  const before = some(between(20, 50));
  const asked = some(between(40, 60));
  const draw = random();
  const verb = draw < 0.6 ? 'add' : draw < 0.8 ? 'sync' : 'remove';
  // One in three removals is of everybody.
  if (verb === 'remove' && random() < 1 / 3) asked.push(...before);
  return {
    verb,
    moment,
    latencyMs,
    before,
    asked: [...new Set(asked)],
    format: ['csv', 'list', 'json'][between(0, 2)],
    /** What goes on with it is killed so often, each time at this share of a whole run. */
    again: random() < 0.35 ? Array.from({ length: between(1, 2) }, random) : [],
    /** The next process does not wait for what the server is still doing. */
    atOnce: random() < 0.25,
  };
}

/** The members there are to be at the end. */
export function wantedOf({ verb, before, asked }) {
  if (verb === 'sync') return [...asked].sort();
  const names = new Set(asked);
  if (verb === 'remove') return before.filter((name) => !names.has(name)).sort();
  return [...new Set([...before, ...asked])].sort();
}

export function textOf({ format, asked }) {
  // Some names are typed in another case: the server's spelling is what is written.
  const typed = asked.map((name, at) =>
    at % 7 === 0 && name.startsWith('user') ? upper(name) : name,
  );
  if (format === 'json') return JSON.stringify(typed.map((user) => ({ user })));
  if (format === 'csv')
    return `Team,User\r\n${typed.map((name) => `x,"${name}"`).join('\r\n')}\r\n`;
  return `# who\n${typed.join('\n')}\n`;
}

function upper(name) {
  return name.toUpperCase();
}

export function argsOf({ verb }, file) {
  const args = ['security', 'groups', 'members', verb, `--name=${GROUP}`, `--file=${file}`];
  // How much may go is not what is tested; resume has to go by what was allowed.
  if (verb !== 'add')
    args.push('--max-removal-percent=100', '--max-removals=1000', '--allow-empty');
  if (verb === 'sync') args.push('--yes');
  return [...args, '--json'];
}
