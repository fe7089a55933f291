import * as v from 'valibot';
import type { ChangeOp } from '../../domain/change.ts';
import { isGroupctlError, undefinedIf } from '../../errors.ts';
import type { HttpAnswer } from '../../http/exchange.ts';
import {
  AvailableGroupsSchema,
  GroupRoleSchema,
  distinctGroups,
  GroupSchema,
  type IdentityPage,
  IdentityPageSchema,
  isMemberPage,
  isUserPage,
  isWrittenUser,
  type MemberPage,
  MemberPageSchema,
  StatusSchema,
  type UserPage,
  UserPageSchema,
  type WireGroup,
  type WrittenUser,
} from './convert.ts';
import type { ReadOptions, Sending } from '../per-member/member-store.ts';
import { memberCall, type MemberPath, METHODS } from './member-call.ts';
import type { Transport } from './wire/transport.ts';

/**
 * The calls of the Infisical Groups API (contract: "Endpoints"). Their failures are made in
 * wire/refusal.ts.
 */

const ROOT = 'api/v1/groups';

export interface PageQuery {
  readonly offset: number;
  /** A substring, compared without case; `%` and `_` are wildcards. */
  readonly username?: string | undefined;
  readonly filter?: 'existingMembers' | 'assignedMachineIdentities' | undefined;
}

export const PAGE = 100;

export class InfisicalApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get where(): string {
    return this.#transport.where;
  }

  /** Every group once, in the server's order. */
  async listGroups(options: ReadOptions = {}): Promise<WireGroup[]> {
    const answer = await this.#read(ROOT, 'GET groups', options);
    return distinctGroups(this.#transport.parse(v.array(GroupSchema), answer, 'GET groups'));
  }

  async createGroup(
    group: { name: string; slug?: string; role?: string },
    sending: Sending,
  ): Promise<WireGroup> {
    const answer = await this.#write('POST', ROOT, 'POST groups', sending, group);
    return this.#transport.parse(GroupSchema, answer, 'POST groups');
  }

  /** False: it was not there, which newer servers answer with 404, and older ones with 200 and no body. */
  async deleteGroup(id: string, sending: Sending): Promise<boolean> {
    const path = `${ROOT}/${encodeURIComponent(id)}`;
    return (await this.#write('DELETE', path, 'DELETE groups', sending)).text() !== '';
  }

  /** One page of the users: the whole organization, unless the server applies the filter. */
  async users(groupId: string, query: PageQuery, options: ReadOptions = {}): Promise<UserPage> {
    const answer = await this.#page(groupId, 'users', query, options);
    const body = this.#transport.json(answer, 'GET groups/users');
    // The schema says what is wrong, and takes its time over what is right.
    if (isUserPage(body)) return body;
    return this.#transport.parse(UserPageSchema, answer, 'GET groups/users');
  }

  /** One page of the machine identities; undefined on a server that has none (a missing route). */
  async identities(
    groupId: string,
    query: PageQuery,
    options: ReadOptions = {},
  ): Promise<IdentityPage | undefined> {
    return await undefinedIf('no-such-route', async () => {
      const answer = await this.#page(groupId, 'machine-identities', query, options);
      return this.#transport.parse(IdentityPageSchema, answer, 'GET groups/machine-identities');
    });
  }

  /** One page of the members, users and machine identities in one list; newer servers only. */
  async members(groupId: string, offset: number, options: ReadOptions = {}): Promise<MemberPage> {
    const path = `${ROOT}/${encodeURIComponent(groupId)}/members?offset=${offset}&limit=${PAGE}`;
    const answer = await this.#read(path, 'GET groups/members', options);
    const body = this.#transport.json(answer, 'GET groups/members');
    // The schema says what is wrong, and takes its time over what is right.
    if (isMemberPage(body)) return body;
    return this.#transport.parse(MemberPageSchema, answer, 'GET groups/members');
  }

  /**
   * The ids of the parent's groups that could be linked here; undefined where the server does not
   * tell. In a root organization there are none.
   */
  async availableGroups(): Promise<string[] | undefined> {
    const path = 'api/v1/organization/available-groups';
    try {
      const answer = await this.#read(path, 'GET available-groups', { interruptible: false });
      const { groups } = this.#transport.parse(
        AvailableGroupsSchema,
        answer,
        'GET available-groups',
      );
      return groups.map(({ id }) => id);
    } catch (error) {
      if (isGroupctlError(error)) return undefined;
      throw error;
    }
  }

  /** The slug of a group's own role; undefined where this server does not tell. */
  async customRole(groupId: string): Promise<string | undefined> {
    const call = 'GET groups/:id';
    try {
      const answer = await this.#read(`${ROOT}/${encodeURIComponent(groupId)}`, call, {});
      return this.#transport.parse(GroupRoleSchema, answer, call).customRoleSlug ?? undefined;
    } catch (error) {
      if (isGroupctlError(error) && error.kind !== 'interrupted') return undefined;
      throw error;
    }
  }

  /** Adds or removes one member. Repeated only after a 429. */
  async writeMember(
    op: ChangeOp,
    groupId: string,
    path: MemberPath,
    name: string,
    sending: Sending,
  ): Promise<WrittenUser | undefined> {
    const where = `${ROOT}/${encodeURIComponent(groupId)}/${path}/${encodeURIComponent(name)}`;
    const call = memberCall(op, path);
    const answer = await this.#write(METHODS[op], where, call, sending);
    // A 2xx with a web page comes from a proxy or a sign-in page: the server accepted nothing.
    const body = answer.text().trim() === '' ? undefined : this.#transport.json(answer, call);
    return isWrittenUser(body) ? body : undefined;
  }

  /**
   * Asks to remove a member from a group that does not exist: the server checks the permission first
   * (contract: "Members"). Undefined for any other answer.
   */
  async mayEditGroups(): Promise<boolean | undefined> {
    const sending = { before: async () => undefined };
    try {
      await this.writeMember('remove', crypto.randomUUID(), 'users', 'nobody', sending);
    } catch (error) {
      if (isGroupctlError(error) && error.kind === 'not-found') return true;
      if (isGroupctlError(error) && error.kind === 'unauthorized') return false;
    }
    return undefined;
  }

  /** The server's status message; it needs no token. Undefined where there is no such page. */
  async status(): Promise<string | undefined> {
    const answer = await this.#transport.sendOpenly('api/status');
    if (answer.status === 404) return undefined;
    this.#transport.assertOk(answer, 'GET api/status');
    return this.#transport.parse(StatusSchema, answer, 'GET api/status').message;
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #page(
    groupId: string,
    path: MemberPath,
    { offset, username, filter }: PageQuery,
    options: ReadOptions,
  ): Promise<HttpAnswer> {
    // Encoded as in a path: a raw + would be a blank.
    const more = [
      `limit=${PAGE}`,
      ...(filter === undefined ? [] : [`filter=${filter}`]),
      ...(username === undefined
        ? []
        : [`username=${encodeURIComponent(username.toWellFormed())}`]),
    ];
    const url = `${ROOT}/${encodeURIComponent(groupId)}/${path}?offset=${offset}&${more.join('&')}`;
    return await this.#read(url, `GET groups/${path}`, options);
  }

  async #read(path: string, call: string, options: ReadOptions): Promise<HttpAnswer> {
    const { patient = false, interruptible = true } = options;
    const answer = await this.#transport.send({ method: 'GET', path, interruptible }, patient);
    this.#transport.assertOk(answer, call);
    return answer;
  }

  async #write(
    method: 'POST' | 'DELETE',
    path: string,
    call: string,
    sending: Sending,
    json?: object,
  ): Promise<HttpAnswer> {
    const request = { method, path, json, interruptible: false };
    const answer = await this.#transport.send(request, true, sending);
    this.#transport.assertOk(answer, call);
    return answer;
  }
}
