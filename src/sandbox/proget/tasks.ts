/** Tasks, their attributes, and permissions. */
import { sameName } from '../../domain/names.ts';
import { empty, json, Refusal, type SandboxRequest } from '../http.ts';
import type { ProGetState, StoredPermission, StoredTask } from '../model.ts';
import {
  deleting,
  findNamed,
  listing,
  numericId,
  optionalFlag,
  optionalNames,
  optionalText,
  posting,
  requiredText,
  type RouteTable,
  withoutNamed,
} from './wire.ts';

export const SECURITY_ROUTES: RouteTable = {
  '/api/security/tasks/list': listing((state) => json(state.tasks)),

  '/api/security/tasks/add': posting((state, request) => {
    const task = postedTask(state, request);
    if (findNamed(state.tasks, task.name) !== undefined) {
      throw new Refusal(400, `A task named "${task.name}" already exists.`);
    }
    state.tasks.push(task);
    return json(task);
  }),

  // "overwrite task": all of it, description and attributes included.
  '/api/security/tasks/update': posting((state, request) => {
    const posted = postedTask(state, request);
    const known = findNamed(state.tasks, posted.name);
    if (known === undefined) throw new Refusal(404, `There is no task named "${posted.name}".`);
    const task = { ...posted, name: known.name };
    state.tasks[state.tasks.indexOf(known)] = task;
    return json(task);
  }),

  '/api/security/tasks/delete': deleting((state, request) => {
    const name = request.argument('task');
    state.tasks = withoutNamed(state.tasks, name);
    state.permissions = state.permissions.filter(({ task }) => !sameName(task ?? '', name));
    return empty();
  }),

  '/api/security/attributes/list': listing((state) => json(state.attributes)),

  '/api/security/permissions/list': listing((state) => json(state.permissions)),

  // "SecurityPermission without id": one that is sent is ignored.
  '/api/security/permissions/add': posting((state, request) => {
    const id = 1 + state.permissions.reduce((last, each) => Math.max(last, each.id), 0);
    const permission = { id, ...postedPermission(state, request) };
    state.permissions.push(permission);
    return json(permission);
  }),

  '/api/security/permissions/delete': deleting((state, request) => {
    const id = numericId(request, 'permissionId');
    state.permissions = state.permissions.filter((permission) => permission.id !== id);
    return empty();
  }),
};

function postedTask(state: ProGetState, request: SandboxRequest): StoredTask {
  const body = request.object();
  const name = requiredText(body, 'name');
  const description = optionalText(body, 'description');
  const attributes = optionalNames(body, 'attributes') ?? [];
  const spelled = attributes.map((attribute) => {
    const known = findNamed(state.attributes, attribute);
    if (known === undefined) throw new Refusal(400, `There is no attribute "${attribute}".`);
    return known.name;
  });
  return {
    name,
    ...(description !== undefined && { description }),
    feedScoped: optionalFlag(body, 'feedScoped'),
    attributes: spelled,
  };
}

/** Users and groups need not exist: they may be a directory's. */
function postedPermission(
  state: ProGetState,
  request: SandboxRequest,
): Omit<StoredPermission, 'id'> {
  const body = request.object();
  const user = optionalText(body, 'user');
  const group = optionalText(body, 'group');
  const feed = optionalText(body, 'feed');
  const feedGroup = optionalText(body, 'feedGroup');
  if ((user === undefined) === (group === undefined)) {
    throw new Refusal(400, 'A permission is for either a user or a group.');
  }
  if (feed !== undefined && feedGroup !== undefined) {
    throw new Refusal(400, 'A permission is for either a feed or a feed group.');
  }
  const task = findNamed(state.tasks, requiredText(body, 'task'));
  if (task === undefined) throw new Refusal(400, `There is no task "${String(body['task'])}".`);
  return {
    ...(user !== undefined && { user }),
    ...(group !== undefined && { group }),
    task: task.name,
    ...(feed !== undefined && { feed }),
    ...(feedGroup !== undefined && { feedGroup }),
    deny: optionalFlag(body, 'deny'),
  };
}
