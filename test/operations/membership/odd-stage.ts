import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { http, HttpResponse } from 'msw';
import {
  type Cli,
  type CliOptions,
  type CliResult,
  cli,
  temporaryFolder,
} from '../../helpers/cli.ts';
import type { FakeGroup } from '../../helpers/proget.ts';
import { serve, type TestServer } from '../../helpers/server.ts';
import { MEMBERS } from '../../commands/helpers.ts';

/** A ProGet with any groups and users, and files of any content. */

export interface OddStage {
  readonly groups: FakeGroup[];
  readonly server: TestServer;
  readonly user: Cli;
  /** Runs `security groups members …` on it. */
  readonly run: (argv: readonly string[], options?: CliOptions) => Promise<CliResult>;
  members(group: string): readonly string[];
}

/** @param groups the members of each group by its name */
export async function oddStage(
  groups: Readonly<Record<string, readonly string[]>>,
  users: readonly string[] = [],
): Promise<OddStage> {
  const all: FakeGroup[] = Object.entries(groups).map(([name, members]) => {
    return { name, users: [...members] };
  });
  const handler = http.all('*/api/*', async ({ request }) => {
    const call = new URL(request.url).pathname.replace(/^\/api\/(?:security\/)?/, '');
    if (call === 'permissions/list' || call === 'api-keys/list') return HttpResponse.json([]);
    if (call === 'users/list') return HttpResponse.json(users.map((name) => ({ name })));
    if (call === 'groups/list') return HttpResponse.json(all);
    const posted = (await request.json()) as FakeGroup;
    const group = all.find(({ name }) => name === posted.name);
    if (group !== undefined) group.users = posted.users ?? [];
    return HttpResponse.json(posted);
  });
  // One handler is the whole server.
  handler.isUsed = true;
  const server = await serve(handler);
  const user = cli();
  const login = [`--source=${server.url}`, '--username=admin', '--password=secret-1'];
  return {
    groups: all,
    server,
    user,
    run: (argv, options) => user.run([...MEMBERS, ...argv, ...login], options),
    members: (name) => all.find((group) => group.name === name)?.users ?? [],
  };
}

/** `--file` with that content. */
export function fileOf(content: string | Buffer, name = 'team.csv'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return `--file=${path}`;
}

/** What is said, without the folder of the file. */
export const said = (text: string): string => text.replaceAll(/\/\S*\/(?=[\w-]+\.\w+)/g, '');

export const ODD_PEOPLE = [
  'jsmith',
  'djones',
  'mbrown',
  'CORP\\akhan',
  'CORP\\pdiaz',
  'John Smith',
];

/** Adds the names of a file to an empty group QA. */
export async function add(
  content: string | Buffer,
  ...argv: string[]
): Promise<{ code: number; stderr: string; members: readonly string[] }> {
  const stage = await oddStage({ QA: [], Administrators: [] }, ODD_PEOPLE);
  const { code, stderr } = await stage.run(['add', '--name=QA', fileOf(content), ...argv]);
  return { code, stderr: said(stderr), members: stage.members('QA') };
}
