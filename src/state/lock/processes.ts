import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { errnoOf } from '../../errors.ts';
import type { Processes } from './options.ts';

/** The part of `process` that this needs. */
interface ThisProcess {
  readonly pid: number;
  readonly platform: string;
  readonly hrtime: { bigint(): bigint };
  kill(pid: number, signal: number): unknown;
}

/** How old the uptime may be, milliseconds. */
const RECENT_MS = 5;

/**
 * A process is identified by its number on this machine, and on Linux in its PID namespace: containers that
 * share a folder do not see each other's processes.
 */
export function processesOf(self: ThisProcess): Processes {
  // Asked for each write of thousands, and the same all the time.
  let name: string | undefined;
  let boot: string | undefined;
  let place: string | undefined;
  let asked: { readonly at: readonly number[]; readonly ms: number } = { at: [], ms: 0 };
  const host = (): string => (name ??= hostname());
  const here = (): string => (place ??= `${host()} ${pidNamespace(self.platform)}`);
  return {
    get self() {
      return `${here()} ${self.pid}`;
    },
    get host() {
      return host().slice(0, 64);
    },
    get boot() {
      return (boot ??= bootId());
    },
    ms() {
      // It is read from a file. A machine that slept meanwhile has another time of day.
      const at = [Date.now(), Number(self.hrtime.bigint() / 1_000_000n)] as const;
      const age = Math.max(...at.map((ms, clock) => Math.abs(ms - (asked.at[clock] ?? 0))));
      if (age >= RECENT_MS) asked = { at, ms: uptime() * 1000 };
      return asked.ms;
    },
    isAlive(id) {
      const at = id.lastIndexOf(' ');
      const pid = Number(id.slice(at + 1));
      if (id.slice(0, at) !== here() || !Number.isInteger(pid) || pid <= 0) return true;
      try {
        self.kill(pid, 0);
        return true;
      } catch (error) {
        return errnoOf(error) !== 'ESRCH';
      }
    },
  };
}

/** Which start of the machine it is, on Linux. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}

function pidNamespace(platform: string): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return platform;
  }
}
