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

interface Machine {
  /** The time of day, milliseconds. */
  time(): number;
  /** Seconds since it started, those included in which it slept. */
  uptime(): number;
}

/** By how much two clocks may move apart before the uptime is read again, milliseconds. */
const APART_MS = 5;

/**
 * A process is identified by its number on this machine, and on Linux in its PID namespace: containers that
 * share a folder do not see each other's processes.
 */
export function processesOf(
  self: ThisProcess,
  machine: Machine = { time: () => Date.now(), uptime },
): Processes {
  // Asked for each write of thousands, and the same all the time.
  let name: string | undefined;
  let boot: string | undefined;
  let place: string | undefined;
  let read = { time: 0, steady: 0, ms: 0 };
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
      // It is read from a file. The steady clock stops while a machine sleeps, and its time does not.
      const time = machine.time();
      const steady = Number(self.hrtime.bigint() / 1_000_000n);
      const apart = Math.abs(time - read.time - (steady - read.steady));
      if (apart >= APART_MS) read = { time, steady, ms: machine.uptime() * 1000 };
      return read.ms + steady - read.steady;
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
