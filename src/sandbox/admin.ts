/** The sandbox's own addresses, for tests: faults, the log, the state. They need no key. */
import { type Faults, parseFaults } from './faults.ts';
import { empty, json, Refusal, text, type SandboxRequest, type SandboxResponse } from './http.ts';
import type { RequestLog } from './log.ts';
import { faultOfInfisicalState } from './infisical/model.ts';
import { completeLists } from './infisical/patch.ts';
import { faultOfProGetState, type SandboxState, type StateStore } from './model.ts';
import { isRecord } from './values.ts';

/** Everything under this is the sandbox's own. */
export const ADMIN_PREFIX = '/_sandbox/';

/** What the admin routes act on. */
export interface AdminContext {
  readonly state: StateStore;
  readonly faults: Faults;
  readonly log: RequestLog;
}

/**
 * - `PUT /_sandbox/faults`, an array of Fault: in the place of all there are
 * - `GET` or `DELETE /_sandbox/requests`: the log
 * - `POST /_sandbox/reset`: the seeded state again; log and faults stay
 * - `PATCH /_sandbox/state`, `{"proget":{"groups":[…]}}`: replaces the lists it names; what is left
 *   out of the items of `infisical` is filled in, see completeLists
 *
 * Changes are answered with 204; what cannot be understood with 400 and a sentence.
 */
export async function answerAdmin(
  request: SandboxRequest,
  context: AdminContext,
): Promise<SandboxResponse> {
  // A page that happens to be open in a browser must not reach this.
  if (request.headers.origin !== undefined) return text(403, 'Not for browsers.');
  try {
    return await dispatch(request, context);
  } catch (error) {
    if (error instanceof Refusal) return text(error.status, error.message);
    throw error;
  }
}

async function dispatch(
  request: SandboxRequest,
  { state, faults, log }: AdminContext,
): Promise<SandboxResponse> {
  switch (`${request.method} ${request.path.slice(ADMIN_PREFIX.length)}`) {
    case 'PUT faults':
      faults.replace(parseFaults(request.json()));
      return empty(204);
    case 'GET requests':
      return json(log.list());
    case 'DELETE requests':
      log.clear();
      return empty(204);
    case 'POST reset':
      await state.reset();
      return empty(204);
    case 'PATCH state': {
      const patch = request.object();
      await state.update((current) => applyPatch(current, patch));
      return empty(204);
    }
    default:
      throw new Refusal(404, 'The sandbox has no such address.');
  }
}

function applyPatch(state: SandboxState, patch: Readonly<Record<string, unknown>>): void {
  const sections = Object.entries(patch).map(([name, lists]) => {
    const known = Object.hasOwn(state, name) ? state[name] : undefined;
    if (!isRecord(known) || !isRecord(lists)) {
      throw new Refusal(400, `The state has no section "${name}" to take this.`);
    }
    for (const [list, items] of Object.entries(lists)) {
      const isList = Object.hasOwn(known, list) && Array.isArray(known[list]);
      if (!isList || !Array.isArray(items)) {
        throw new Refusal(400, `${name}.${list} is not a list, or is not given one.`);
      }
    }
    const given = name === 'infisical' ? completeLists(state.infisical, lists) : lists;
    const section = { ...known, ...given };
    const fault = faultOfSection(name, section);
    if (fault !== undefined) throw new Refusal(400, fault);
    return [name, section] as const;
  });
  for (const [name, section] of sections) state[name] = section;
}

function faultOfSection(name: string, section: unknown): string | undefined {
  if (name === 'proget') return faultOfProGetState(section);
  return name === 'infisical' ? faultOfInfisicalState(section) : undefined;
}
