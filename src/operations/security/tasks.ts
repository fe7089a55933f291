import type { CallRecorder, Deletion } from '../../backends/security-port.ts';
import type { Deps, ServerOptions } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { defined } from '../../domain/defined.ts';
import { sameName } from '../../domain/names.ts';
import type { SecurityResult, SecurityTask, TaskAttribute } from '../../domain/security.ts';
import { GroupctlError, usageError } from '../../errors.ts';
import { permissionLine } from '../../output/results/security/permissions.ts';
import { taskChanges } from './field-changes.ts';
import { nearNames, typedItem, warnNear } from './near-names.ts';
import { permissionsFor } from './permissions-for.ts';
import { type SecurityWriteOptions, withSecurity, writeOnce } from './with-security.ts';

/** Tasks, and the attributes that they consist of. */

export interface TaskOptions extends ServerOptions, SecurityWriteOptions {
  readonly name: string;
}

export interface CreateTaskOptions extends TaskOptions {
  /** With commas between them. */
  readonly attributes: string;
  readonly description?: string;
  readonly feedScoped?: boolean;
  /** A task of that name is overwritten. */
  readonly force?: boolean;
}

export async function listTasks(
  options: ServerOptions & { readonly name?: string },
  deps: Deps,
): Promise<VerbResult<readonly SecurityTask[]>> {
  return await withSecurity(options, deps, async ({ security }) => {
    const wanted = options.name;
    const tasks = (await security.tasks()).filter(
      ({ name }) => wanted === undefined || sameName(name, wanted),
    );
    if (tasks.length === 0) deps.warn('No tasks found.');
    return { result: tasks };
  });
}

export async function listAttributes(
  options: ServerOptions,
  deps: Deps,
): Promise<VerbResult<readonly TaskAttribute[]>> {
  return await withSecurity(options, deps, async ({ security }) => {
    const attributes = await security.attributes();
    if (attributes.length === 0) deps.warn('No attributes found.');
    return { result: attributes };
  });
}

/** @throws refused (5) `task-exists` without --force; not-found (4) `no-such-attribute` */
export async function createTask(
  options: CreateTaskOptions,
  deps: Deps,
): Promise<VerbResult<SecurityResult>> {
  const name = options.name.trim();
  const wanted = options.attributes.split(',').map((each) => each.trim());
  const typed = wanted.filter((each) => each !== '');
  if (typed.length === 0) throw usageError('The option --attributes names none.');
  return await withSecurity(options, deps, async (context) => {
    const { security } = context;
    const attributes = knownAttributes(typed, await security.attributes());
    const before = typedItem(options.name, await security.tasks(), 'task');
    if (before !== undefined && options.force !== true) throw taskExistsError(before.name);
    const { description, feedScoped = false } = options;
    const task = {
      name: before?.name ?? name,
      ...defined({ description }),
      feedScoped,
      attributes,
    };
    const op = before === undefined ? 'create' : 'change';
    const command = 'security tasks create';
    const send = security.writeTask.bind(security, task, before);
    const changes = before && taskChanges(before, task);
    const already = changes?.length === 0 ? 'already-there' : undefined;
    const write = { command, what: 'task', name: task.name, op, changes, already, send } as const;
    return await writeOnce(write, options, context);
  });
}

/** A task that is not there is no error. */
export async function deleteTask(
  options: TaskOptions,
  deps: Deps,
): Promise<VerbResult<SecurityResult>> {
  return await withSecurity(options, deps, async (context) => {
    const { security } = context;
    const typed = options.name.trim();
    const tasks = await security.tasks();
    const task = typedItem(options.name, tasks, 'task');
    if (task === undefined) warnNear(typed, tasks, deps);
    const permissions = task === undefined ? [] : await permissionsFor('task', task.name, security);
    if (permissions.length > 0) {
      const lines = permissions.map(permissionLine).join('; ');
      deps.warn(`The server may delete its permissions, too (undo adds them again): ${lines}`);
    }
    const already = task === undefined ? 'already-absent' : undefined;
    const subject = task ?? { name: typed, feedScoped: false, attributes: [] };
    const send = (journal: CallRecorder): Promise<Deletion> =>
      security.deleteTask(subject, journal, permissions);
    const write = { command: 'security tasks delete', what: 'task', op: 'delete' } as const;
    return await writeOnce({ ...write, name: subject.name, already, send }, options, context);
  });
}

/** The attributes in the server's spelling, each once. */
function knownAttributes(typed: readonly string[], all: readonly TaskAttribute[]): string[] {
  const names = typed.map((name) => {
    const known = all.find((each) => sameName(each.name, name));
    if (known !== undefined) return known.name;
    throw new GroupctlError('not-found', `There is no attribute named "${name}".`, {
      code: 'no-such-attribute',
      nothingWritten: true,
      ...nearNames(name, all, 'security attributes list'),
    });
  });
  return [...new Set(names)];
}

function taskExistsError(name: string): GroupctlError {
  return new GroupctlError('refused', `There is already a task named "${name}".`, {
    code: 'task-exists',
    hint: 'Overwrite it with --force.',
    nothingWritten: true,
  });
}
