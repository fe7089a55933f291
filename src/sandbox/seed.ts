/** The small company a new sandbox starts with. */
import { createHash } from 'node:crypto';
import { foldName } from '../domain/names.ts';
import { seedInfisical } from './infisical/seed.ts';
import type { ProGetState, SandboxState, StoredTask, StoredUser } from './model.ts';
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
    tasks: seedTasks(),
    attributes: seedAttributes(),
    permissions: [
      { id: 1, group: 'Administrators', task: 'Administer', deny: false },
      { id: 2, group: 'Developers', task: 'View & Download Packages', deny: false },
      { id: 3, user: 'djones', task: 'Promote Packages', feed: 'internal-npm', deny: false },
      { id: 4, group: 'QA', task: 'Promote Packages', feedGroup: 'Releases', deny: true },
    ],
    apiKeys: [
      {
        id: 1,
        type: 'System',
        displayName: 'Deployment',
        systemApis: ['full-control'],
        expiration: '2031-01-31T00:00:00',
        logging: 'None',
      },
      {
        id: 2,
        type: 'Feed',
        displayName: 'Nightly builds',
        packagePermissions: ['view', 'add'],
        feed: 'internal-npm',
        logging: 'Request',
      },
      {
        id: 3,
        type: 'Personal',
        user: 'djones',
        displayName: 'Laptop',
        logging: 'None',
        // Real servers may answer with the secret itself; no client may pass it on.
        key: 'c0ffee00c0ffee00c0ffee00c0ffee00',
      },
    ],
  };
}

/** The built-in tasks, as the vendor's page "List Tasks" shows them. */
function seedTasks(): StoredTask[] {
  return [
    task('Administer', 'Unrestricted access to all functions', ['Admin_ConfigureProGet'], false),
    task('Manage Feed', 'Manage feed settings; delete and overwrite packages', [
      'Feeds_ViewFeed',
      'Feeds_DownloadPackage',
      'Feeds_DeletePackage',
      'Feeds_AddPackage',
      'Feeds_PullPackage',
      'Admin_ManageConnectors',
      'Admin_ManageFeed',
      'Feeds_OverwritePackage',
      'Feeds_AcceptPackagePromotions',
      'Feeds_UnlistPackage',
    ]),
    task(
      'Manage Projects',
      'Create, edit and resolve issues on projects and releases',
      ['Projects_UploadSbom', 'Projects_View', 'Projects_Manage', 'Projects_ResolveIssue'],
      false,
    ),
    task('Promote Packages', 'Promote packages to another feed of the same type', [
      'Feeds_ViewFeed',
      'Feeds_DownloadPackage',
      'Feeds_AddPackage',
      'Feeds_AcceptPackagePromotions',
    ]),
    task('Publish Packages', 'Add packages to a feed', [
      'Feeds_ViewFeed',
      'Feeds_DownloadPackage',
      'Feeds_AddPackage',
      'Feeds_PullPackage',
    ]),
    task('View & Download Packages', 'View and download packages of a feed', [
      'Feeds_ViewFeed',
      'Feeds_DownloadPackage',
    ]),
  ];
}

function task(
  name: string,
  description: string,
  attributes: string[],
  feedScoped = true,
): StoredTask {
  return { name, description, feedScoped, attributes };
}

/** The documented attributes, in the order of the vendor's page "List Attributes". */
function seedAttributes(): ProGetState['attributes'] {
  const scoped = seedTasks().flatMap(({ feedScoped, attributes }) =>
    attributes.map((name) => ({ name, feedScoped })),
  );
  const byName = new Map(scoped.map((each) => [each.name, each]));
  return [...byName.values()].sort((a, b) => Number(b.feedScoped) - Number(a.feedScoped));
}

function person(name: string, displayName: string, email: string): StoredUser {
  return { name, displayName, email };
}
