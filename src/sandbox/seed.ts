/** The small company a new sandbox starts with. */
import { createHash } from 'node:crypto';
import { foldName } from '../domain/names.ts';
import { seedInfisical } from './infisical/seed.ts';
import type { ProGetState, SandboxState, StoredUser } from './model.ts';
import { people } from './people.ts';

/** The key every sandbox takes until told otherwise. */
export const SANDBOX_API_KEY = 'sandbox-key';

/** A seeded administrator, for logging in with `user:password` in place of a key. */
export const SANDBOX_ADMIN = { user: 'Admin', password: 'sandbox-password' } as const;

/** The version of the state file this code reads and writes. */
export const STATE_VERSION = 1;

/**
 * What is stored of a password. A sandbox may be given a real one by mistake; it should not then
 * lie about in a file.
 */
export function hashPassword(user: string, password: string): string {
  return createHash('sha256')
    .update(`${foldName(user)}\n${password}`)
    .digest('hex');
}

/** A new state with every section seeded. Nothing in it is shared with an earlier one. */
export function seedState(): SandboxState {
  return { version: STATE_VERSION, proget: seedProGet(), infisical: seedInfisical() };
}

/** The ProGet section: objects as in the Security API contract, "Objects". */
export function seedProGet(): ProGetState {
  return {
    apiKey: SANDBOX_API_KEY,
    groups: [
      { name: 'Administrators', users: [SANDBOX_ADMIN.user, 'ajohnson'] },
      // A directory account is a member without being in users/list.
      { name: 'Developers', users: ['djones', 'mbrown', 'CORP\\akhan'] },
      { name: 'QA', users: ['Zoë Müller', 'lchen'] },
      { name: 'Engineers', users: [] },
    ],
    users: [
      {
        ...person(SANDBOX_ADMIN.user, 'Administrator', 'admin@corp.example'),
        passwordHash: hashPassword(SANDBOX_ADMIN.user, SANDBOX_ADMIN.password),
      },
      ...people().map(({ name, displayName, email }) => person(name, displayName, email)),
    ],
    tasks: [
      {
        name: 'Administer',
        description: 'Everything, on every feed',
        feedScoped: false,
        attributes: ['Admin_ConfigureProGet', 'Feeds_ManageFeed'],
      },
      {
        name: 'Manage Feed',
        description: 'Change the settings of a feed and all it holds',
        feedScoped: true,
        attributes: ['Feeds_ManageFeed', 'Feeds_AddPackage', 'Feeds_DeletePackage'],
      },
      {
        name: 'Promote Packages',
        description: 'Promote packages from one feed to another',
        feedScoped: true,
        attributes: ['Feeds_PromotePackage'],
      },
      {
        name: 'Publish Packages',
        description: 'Add packages to a feed',
        feedScoped: true,
        attributes: ['Feeds_AddPackage'],
      },
      {
        name: 'View & Download Packages',
        description: 'Look at a feed and take packages from it',
        feedScoped: true,
        attributes: ['Feeds_ViewFeed', 'Feeds_DownloadPackage'],
      },
    ],
    attributes: [
      { name: 'Admin_ConfigureProGet', feedScoped: false },
      { name: 'Admin_ManageUsers', feedScoped: false },
      { name: 'Feeds_AddPackage', feedScoped: true },
      { name: 'Feeds_DeletePackage', feedScoped: true },
      { name: 'Feeds_DownloadPackage', feedScoped: true },
      { name: 'Feeds_ManageFeed', feedScoped: true },
      { name: 'Feeds_PromotePackage', feedScoped: true },
      { name: 'Feeds_ViewFeed', feedScoped: true },
    ],
    permissions: [
      { id: 1, group: 'Administrators', task: 'Administer', deny: false },
      { id: 2, group: 'Developers', task: 'View & Download Packages', deny: false },
      { id: 3, user: 'djones', task: 'Promote Packages', feed: 'internal-npm', deny: false },
      { id: 4, group: 'QA', task: 'Promote Packages', feedGroup: 'Releases', deny: true },
    ],
    apiKeys: [
      { id: 1, type: 'System', displayName: 'Deployment', expiration: '2031-01-31T00:00:00Z' },
      { id: 2, type: 'Feed', displayName: 'Nightly builds', feed: 'internal-npm' },
      {
        id: 3,
        type: 'Personal',
        user: 'djones',
        displayName: 'Laptop',
        // Real servers may answer with the secret itself; whoever reads this must not pass it on.
        key: 'c0ffee00c0ffee00c0ffee00c0ffee00',
      },
    ],
  };
}

function person(name: string, displayName: string, email: string): StoredUser {
  return { name, displayName, email };
}
