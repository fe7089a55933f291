import { quote } from '../../../domain/shorten.ts';
import { defined } from '../../../domain/defined.ts';
import { itemNamed, sameName } from '../../../domain/names.ts';
import { GroupctlError } from '../../../errors.ts';
import {
  type ApiKey,
  isSamePermission,
  isSameTask,
  type Permission,
  type SecurityTask,
  type TaskAttribute,
  type UserAccount,
  usersOf,
} from '../../../domain/security.ts';
import type {
  CreatedApiKey,
  NewApiKey,
  CallRecorder,
  Deletion,
  SecurityAdmin,
  UserFields,
} from '../../security-port.ts';
import { CREATE_KEY, DELETE_KEY } from '../without-server-text.ts';
import { patiently } from '../wire/throttle.ts';
import type { SecurityApi } from './api.ts';
import { confirmed, deleted, type WriteContext } from './confirmed-write.ts';
import { hasFields, userCreation, userUpdate } from './user-record.ts';

const READ_BACK = { interruptible: false } as const;

/** Users, tasks, permissions and API keys of a ProGet server; every write is read back. */
export class ProgetSecurity implements SecurityAdmin {
  readonly #api: SecurityApi;
  readonly #context: WriteContext;

  constructor(api: SecurityApi, context: WriteContext) {
    this.#api = api;
    this.#context = context;
  }

  users(readBack = false): Promise<UserAccount[]> {
    return this.#api.users(readBack ? READ_BACK : undefined);
  }

  async sendUser(name: string, fields: UserFields, write: CallRecorder): Promise<void> {
    await patiently(this.#context.api, async () => {
      await write.beforeSend(userCreation(name, fields));
      await this.#api.post('users/add', { name, ...fields });
    });
  }

  async createUser(name: string, fields: UserFields, write: CallRecorder): Promise<void> {
    await confirmed(this.#context, write, {
      record: userCreation(name, fields),
      send: () => this.#api.post('users/add', { name, ...fields }),
      readBack: async () => this.#hasUser(name),
      what: `the user ${quote(name)} was created`,
      answerLost: (error) => write.answerLost?.(error),
    });
  }

  async updateUser(user: UserAccount, fields: UserFields, write: CallRecorder): Promise<void> {
    const { name } = user;
    await confirmed(this.#context, write, {
      record: userUpdate(user, fields),
      send: () => this.#api.post('users/update', { name, ...fields }),
      // No list shows a password.
      readBack: async () => {
        const now = itemNamed(await this.#api.users(READ_BACK), name);
        const isInEffect = now !== undefined && hasFields(now, fields);
        return fields.password === undefined || !isInEffect ? isInEffect : undefined;
      },
      what: `the user ${quote(name)} was changed`,
    });
  }

  async deleteUser(user: UserAccount, write: CallRecorder): Promise<Deletion> {
    const { name } = user;
    return await deleted(this.#context, write, {
      record: { call: 'POST users/delete', subject: name, before: user },
      send: () => this.#api.delete('users/delete', `user=${encodeURIComponent(name)}`),
      // Another account may have that name in another case.
      readBack: async () => !(await this.#api.users(READ_BACK)).some((each) => each.name === name),
      what: `the user ${quote(name)} was deleted`,
    });
  }

  tasks(): Promise<SecurityTask[]> {
    return this.#api.tasks();
  }

  attributes(): Promise<TaskAttribute[]> {
    return this.#api.attributes();
  }

  async writeTask(
    task: SecurityTask,
    replaces: SecurityTask | undefined,
    write: CallRecorder,
  ): Promise<void> {
    const what = replaces === undefined ? 'tasks/add' : 'tasks/update';
    const made = { made: task, ...defined({ before: replaces }) };
    const record = { call: `POST ${what}`, subject: task.name, ...made };
    await confirmed(this.#context, write, {
      record,
      send: () => this.#api.post(what, { ...task, description: task.description ?? '' }),
      readBack: async () => {
        const now = itemNamed(await this.#api.tasks(READ_BACK), task.name);
        return now !== undefined && isSameTask(now, task);
      },
      what: `the task ${quote(task.name)} was written`,
      // One that is overwritten is compared with what was written before it is put back.
      ...(replaces === undefined && { answerLost: (error) => write.answerLost?.(error) }),
    });
  }

  async deleteTask(
    task: SecurityTask,
    write: CallRecorder,
    permissions: readonly Permission[] = [],
  ): Promise<Deletion> {
    const { name } = task;
    const before = permissions.length === 0 ? task : { ...task, permissions };
    return await deleted(this.#context, write, {
      record: { call: 'POST tasks/delete', subject: name, before },
      send: () => this.#api.delete('tasks/delete', `task=${encodeURIComponent(name)}`),
      readBack: async () => !(await this.#api.tasks(READ_BACK)).some((each) => each.name === name),
      what: `the task ${quote(name)} was deleted`,
    });
  }

  permissions(): Promise<Permission[]> {
    return this.#api.permissions();
  }

  async addPermission(permission: Permission, write: CallRecorder): Promise<Permission> {
    const { id: _, ...json } = permission;
    const subject = permission.user ?? permission.group ?? '';
    const shown = await confirmed(this.#context, write, {
      record: { call: 'POST permissions/add', subject, made: json },
      send: () => this.#api.post('permissions/add', json),
      readBack: async () => {
        const now = await this.#api.permissions(READ_BACK);
        const { reader } = this.#context;
        const accounts = await reader.accountsAmong(usersOf([permission]), usersOf(now));
        return now.findLast((each) => isSamePermission(each, permission, accounts)) ?? false;
      },
      what: 'the permission was added',
      answerLost: (error) => write.answerLost?.(error),
    });
    return shown ?? permission;
  }

  async removePermission(permission: Permission, write: CallRecorder): Promise<Deletion> {
    const { id } = permission;
    if (id === undefined) throw noIdError();
    const record = { call: 'POST permissions/delete', subject: id, before: permission };
    return await deleted(this.#context, write, {
      record,
      send: () => this.#api.delete('permissions/delete', `permissionId=${encodeURIComponent(id)}`),
      readBack: async () =>
        !(await this.#api.permissions(READ_BACK)).some((each) => each.id === id),
      what: `the permission ${id} was removed`,
    });
  }

  apiKeys(): Promise<ApiKey[]> {
    return this.#api.apiKeys();
  }

  /** Sent once, but for a 429: a second call would create a second key, and nobody would know the first. */
  async createApiKey(key: NewApiKey, write: CallRecorder): Promise<CreatedApiKey> {
    const subject = key.displayName ?? key.user ?? key.type;
    return await patiently(this.#context.api, async () => {
      await write.beforeSend({ call: CREATE_KEY, subject });
      return await this.#api.createApiKey(key);
    });
  }

  async deleteApiKey(key: Pick<ApiKey, 'id'>, write: CallRecorder): Promise<Deletion> {
    const { id } = key;
    return await deleted(this.#context, write, {
      record: { call: DELETE_KEY, subject: id, before: key },
      send: () => this.#api.deleteApiKey(id),
      readBack: async () => !(await this.#api.apiKeys(READ_BACK)).some((each) => each.id === id),
      what: `the API key ${id} was deleted`,
    });
  }

  async #hasUser(name: string): Promise<boolean> {
    return (await this.#api.users(READ_BACK)).some((user) => sameName(user.name, name));
  }
}

function noIdError(): GroupctlError {
  return new GroupctlError('refused', 'The server does not name the ID of the permission.', {
    code: 'no-permission-id',
    hint: 'Delete it on the server.',
    nothingWritten: true,
  });
}
