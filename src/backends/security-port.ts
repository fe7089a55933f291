import type {
  ApiKey,
  Permission,
  SecurityTask,
  TaskAttribute,
  UserAccount,
} from '../domain/security.ts';
import type { GroupctlError } from '../errors.ts';

/** What is recorded before a call is made. */
export interface CallRecord {
  /** In words a person knows: `POST users/delete`. */
  readonly call: string;
  /** The name of what it is about. */
  readonly subject: string;
  /** What is lost by it, as the server had it; never a secret. */
  readonly before?: object;
  /** What is created by it, so that an undo finds it; never a secret. */
  readonly made?: object;
}

/** What is recorded of a call that creates something, and whose answer was lost. */
export interface LostAnswers {
  /** A read shows it: made by this call, or by somebody else at the same time. */
  answerLost?(error: GroupctlError): void;
}

/** Records a call before it is made. */
export interface CallRecorder extends LostAnswers {
  beforeSend(record: CallRecord): Promise<void>;
}

/** Fields of a user that are sent; what is not there stays as it is. */
export interface UserFields {
  readonly displayName?: string;
  readonly email?: string;
  readonly password?: string;
}

/** A new API key: `key` is chosen by the server unless it is given. */
export interface NewApiKey extends Omit<ApiKey, 'id'> {
  readonly key?: string;
}

/** What a server answers to a new API key. */
export interface CreatedApiKey {
  readonly key: string;
  /** Undefined: the answer has none. */
  readonly id?: string;
}

/** `already-absent`: somebody else deleted it after the list was read. */
export type Deletion = 'deleted' | 'already-absent';

/**
 * Users, tasks, permissions and API keys of a server that has such. Every write is read back.
 *
 * @throws usage (2) `not-supported` where this server has no such list; safety (8) `outcome-unknown`,
 *   `not-applied`
 */
export interface SecurityAdmin {
  /** @param readBack it is the read-back of a write: an interrupt waits for it */
  users(readBack?: boolean): Promise<readonly UserAccount[]>;
  createUser(name: string, fields: UserFields, write: CallRecorder): Promise<void>;
  /** Sent once and not read back: one of many. */
  sendUser(name: string, fields: UserFields, write: CallRecorder): Promise<void>;
  /** @param user as the server has it now */
  updateUser(user: UserAccount, fields: UserFields, write: CallRecorder): Promise<void>;
  deleteUser(user: UserAccount, write: CallRecorder): Promise<Deletion>;
  tasks(): Promise<readonly SecurityTask[]>;
  attributes(): Promise<readonly TaskAttribute[]>;
  /** @param replaces the task of that name, which is overwritten */
  writeTask(
    task: SecurityTask,
    replaces: SecurityTask | undefined,
    write: CallRecorder,
  ): Promise<void>;
  /** @param permissions those that refer to it, for the record: a server may delete them, too */
  deleteTask(
    task: SecurityTask,
    write: CallRecorder,
    permissions?: readonly Permission[],
  ): Promise<Deletion>;
  permissions(): Promise<readonly Permission[]>;
  /** Returns it with its id, where the server shows one. */
  addPermission(permission: Permission, write: CallRecorder): Promise<Permission>;
  removePermission(permission: Permission, write: CallRecorder): Promise<Deletion>;
  apiKeys(): Promise<readonly ApiKey[]>;
  /** Returns the key itself: the server shows it this once. */
  createApiKey(key: NewApiKey, write: CallRecorder): Promise<CreatedApiKey>;
  deleteApiKey(key: Pick<ApiKey, 'id'>, write: CallRecorder): Promise<Deletion>;
}
