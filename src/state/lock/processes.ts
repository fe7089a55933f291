import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { errnoOf } from '../../errors.ts';
import type { Processes } from './options.ts';

/** The part of `process` that this needs. */
interface ThisProcess {
  readonly pid: number;
  readonly platform: string;
  kill(pid: number, signal: number): unknown;
}

/**
 * A process is identified by its number on this machine, and on Linux in its PID namespace: containers that
 * share a folder do not see each other's processes.
 */
export function processesOf(self: ThisProcess): Processes {
  let place: string | undefined;
  const here = (): string => (place ??= `${hostname()} ${pidNamespace(self.platform)}`);
  return {
    get self() {
      return `${here()} ${self.pid}`;
    },
    get host() {
      return hostname().slice(0, 64);
    },
    get boot() {
      return bootId();
    },
    ms: () => uptime() * 1000,
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
